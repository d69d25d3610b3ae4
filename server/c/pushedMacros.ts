/** `#pragma push_macro` and `pop_macro`: definitions by name, the one that is taken back first last. */
import type { MacroEntry, MacroTable } from './macros';

export class PushedMacros {
  private readonly pushed = new Map<number, (MacroEntry | undefined)[]>();

  constructor(private readonly macros: MacroTable, from?: ReadonlyMap<number, readonly (MacroEntry | undefined)[]>) {
    for (const [atom, entries] of from ?? []) this.pushed.set(atom, [...entries]);
  }

  snapshot(): ReadonlyMap<number, readonly (MacroEntry | undefined)[]> {
    return new Map([...this.pushed].map(([atom, entries]) => [atom, [...entries]]));
  }

  push(atom: number): void {
    const entries = this.pushed.get(atom) ?? [];
    entries.push(this.macros.at(atom, this.macros.seq));
    this.pushed.set(atom, entries);
  }

  /** Nothing when nothing was pushed. */
  pop(atom: number): void {
    const entries = this.pushed.get(atom);
    if (entries === undefined || entries.length === 0) return;
    const entry = entries.pop();
    if (entry === undefined) this.macros.undefine(atom);
    else this.macros.define(atom, entry.buffer, entry.directiveIndex, entry.file, entry.builtin);
  }
}
