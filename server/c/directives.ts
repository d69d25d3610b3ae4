/**
 * The walk over the main file and what it includes: obeys directives, gives the runs of tokens between them to the chunk builder.
 *
 * Everything it makes is appended to arrays, so a place in the walk is remembered by their lengths (`Snapshot`), and a later unit
 * that begins in the same way goes on from there.
 */
import { atomOf, atomStartsWith, atomText } from './atoms';
import { RangeSource } from './chunks';
import type { ChunkBuilder, ChunkRange } from './chunks';
import { Condition } from './condition';
import { Expander } from './expand';
import type { ExpandHost } from './expand';
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { sameDefinition, isDynamic } from './macros';
import type { MacroTable } from './macros';
import { tokenOf } from './ppToken';
import { applyPack } from './pragmaPack';
import type { PackState } from './pragmaPack';
import { Raw } from './rawTokens';
import { PushedMacros } from './pushedMacros';
import { quickTest } from './quickCondition';
import { mayBeRefused } from './refusedDefinition';
import type { Conditional, Snapshot, WalkLists } from './snapshot';
import type { FileRecord, Found, NotFound, SourceManager } from './sourceManager';
import { TokKind } from './token';
import type { Tok } from './token';

/** gcc's own limit (-fmax-include-depth). */
const MAX_INCLUDE_DEPTH = 200;

/** Most tokens and files one unit may walk: a file that includes itself twice would double at each of 200 levels. The kernel's large units walk a million. */
const MAX_WALKED_TOKENS = 6_000_000;
/** The same for files that are being read twice already. */
const MAX_RECURSIVE_TOKENS = 30_000;
const MAX_WALKED_FILES = 50_000;

/** Places to go on from are remembered at least so many tokens apart. */
const SNAPSHOT_TOKENS = 100;

export interface WalkHost extends ExpandHost {
  readonly sources: SourceManager;
  readonly macros: MacroTable;
  readonly lists: WalkLists;
  readonly builder: ChunkBuilder;
  readonly configKnown: boolean;
  reportAt(file: FileRecord, start: number, end: number, message: string, severity: 'error' | 'warning', leftOut?: true): void;
}

export class Walker {
  readonly snapshots: Snapshot[] = [];
  private pack: PackState = { value: 0, stack: [] };
  private readonly pushed: PushedMacros;
  private readonly once: Set<FileRecord>;
  private readonly assumed = new Set<string>();
  private walkedTokens = 0;
  private walkedFiles = 0;
  private recursiveTokens = 0;
  private toldTooMuch = false;
  /** The main file has been included somewhere: from there on what was read depends on all of its text. */
  private includesItself = false;
  /** Where each file being read was found, innermost last. */
  private readonly stack: Found[] = [];

  constructor(private readonly host: WalkHost, from?: Snapshot) {
    this.once = new Set(host.lists.once);
    for (const { what } of host.lists.assumptions) this.assumed.add(what);
    this.pushed = new PushedMacros(host.macros, from?.pushed);
    if (from !== undefined) this.pack = { value: from.pack.value, stack: [...from.pack.stack] };
  }

  /** Depth of inclusion of the text being read; 0: the main file. */
  get level(): number {
    return Math.max(0, this.stack.length - 1);
  }

  get file(): FileRecord | undefined {
    return this.stack[this.stack.length - 1]?.file;
  }

  /** Walks a file from its beginning, or the main file from a snapshot. */
  walk(found: Found, from?: Snapshot): void {
    this.stack.push(found);
    this.walkFile(found.file, from);
    this.stack.pop();
  }

  private walkFile(file: FileRecord, from?: Snapshot): void {
    const { host } = this;
    const { buffer } = file;
    const { directives, directiveEnds: ends, count } = buffer;
    const { names, next } = buffer.structure;
    const total = directives.length;
    const conditionals: Conditional[] = from === undefined ? [] : [...from.conditionals];
    const level = this.level;
    let d = from?.directive ?? 0;
    let pos = from?.token ?? 0;
    let nextSnapshot = pos + SNAPSHOT_TOKENS;

    /** Goes on after directive `at`, into its group. */
    const goTo = (at: number): void => {
      d = at + 1;
      pos = at < total ? (ends[at] ?? count) : count;
    };
    /** From directive `at` of a conditional whose group is not taken: to the group that is, or past the #endif. */
    const skip = (at: number): void => {
      let group = at;
      for (;;) {
        const to = next[group] ?? total;
        if (to >= total) {
          goTo(total);
          return;
        }
        const name = names[to];
        if (name === A.endif) {
          conditionals.pop();
          goTo(to);
          return;
        }
        if (name === A.else || this.test(file, to)) {
          conditionals[conditionals.length - 1] = { directive: to };
          file.enter(to);
          goTo(to);
          return;
        }
        group = to;
      }
    };

    for (;;) {
      const hash = d < total ? (directives[d] ?? count) : count;
      if (hash > pos) {
        let told = pos;
        host.builder.run(file.id, buffer, pos, hash, host.macros.seq, this.pack.value, level, level > 0 ? undefined : (i) => {
          if (i < nextSnapshot || !host.builder.settled) return;
          this.faults(file, told, i);
          told = i;
          this.remember(file, d, i, Math.min(i + 1, hash - 1), conditionals);
          nextSnapshot = i + SNAPSHOT_TOKENS;
        });
        this.faults(file, told, hash);
      }
      if (d >= total) break;
      host.builder.directive();
      const at = d;
      const name = names[at] ?? 0;
      goTo(at);
      switch (name) {
        case A.define: this.define(file, at); break;
        case A.undef: this.undef(file, at); break;
        case A.include: case A.include_next: case A.import:
          this.include(file, at, name);
          if (level === 0 && host.builder.settled) {
            this.remember(file, d, pos, pos - 1, conditionals);
            nextSnapshot = pos + SNAPSHOT_TOKENS;
          }
          break;
        case A.if: case A.ifdef: case A.ifndef:
          conditionals.push({ directive: at });
          if (this.test(file, at)) file.enter(at);
          else skip(at);
          break;
        case A.elif: case A.else: case A.elifdef: case A.elifndef: {
          const open = conditionals[conditionals.length - 1];
          if (open === undefined) {
            this.complain(file, at, `#${atomText(name)} without #if`);
            break;
          }
          // The group before was taken: to the #endif.
          let to = at;
          while (to < total && names[to] !== A.endif) {
            const after = next[to] ?? total;
            if (after < total && names[to] === A.else && names[after] !== A.endif) this.complain(file, after, `#${atomText(names[after] ?? 0)} after #else`);
            to = after;
          }
          conditionals.pop();
          if (to >= total) this.complain(file, open.directive, `unterminated #${atomText(names[open.directive] ?? 0)}`);
          goTo(to);
          break;
        }
        case A.endif:
          if (conditionals.pop() === undefined) this.complain(file, at, '#endif without #if');
          break;
        case A.pragma: this.pragma(file, at); break;
        case A.line: this.line(file, at, 2); break;
        case A.error: case A.warning:
          this.complain(file, at, `#${atomText(name)} ${this.restOf(file.buffer, at)}`.trimEnd(), name === A.error ? 'error' : 'warning');
          break;
        case A.ident: case A.sccs: case A.assert: case A.unassert: break;
        default: this.other(file, at);
      }
    }
    for (const { directive } of conditionals) this.complain(file, directive, `unterminated #${atomText(names[directive] ?? 0)}`);
    this.faults(file, count, count + 1);
  }

  // ---- problems ----

  private complain(file: FileRecord, d: number, message: string, severity: 'error' | 'warning' = 'error'): void {
    const { buffer } = file;
    const hash = buffer.directives[d] ?? 0;
    const last = (buffer.directiveEnds[d] ?? hash + 1) - 1;
    this.host.reportAt(file, buffer.starts[hash] ?? 0, buffer.ends[last] ?? 0, message, severity);
  }

  private faults(file: FileRecord, from: number, to: number): void {
    for (const { token, message } of file.buffer.faults) {
      if (token >= from && token < to) this.host.reportAt(file, file.buffer.starts[token] ?? 0, file.buffer.ends[token] ?? 0, message, message.startsWith('missing') ? 'warning' : 'error');
    }
  }

  /** Text of a directive after its name. */
  private restOf(buffer: TokenBuffer, d: number): string {
    const from = (buffer.directives[d] ?? 0) + 2;
    const to = buffer.directiveEnds[d] ?? 0;
    let text = '';
    for (let i = from; i < to; i++) text += (i > from && ((buffer.flags[i] ?? 0) & 1) !== 0 ? ' ' : '') + buffer.spelling(i);
    return text;
  }

  // ---- #define, #undef ----

  private define(file: FileRecord, d: number): void {
    const { host } = this;
    const { buffer } = file;
    const nameAt = (buffer.directives[d] ?? 0) + 2;
    const inLine = nameAt < (buffer.directiveEnds[d] ?? 0);
    const atom = inLine && buffer.kind(nameAt) === Raw.Ident ? buffer.atom(nameAt) : 0;
    const before = atom === 0 ? undefined : host.macros.at(atom, host.macros.seq);
    // Definitions are parsed when used; only what cannot be put off is looked at here.
    if (atom === 0 || atom === A.defined) {
      this.complain(file, d, !inLine ? 'no macro name given in #define directive' : atom === 0 ? 'macro names must be identifiers' : '"defined" cannot be used as a macro name');
      return;
    }
    const entry = host.macros.define(atom, buffer, d, file.id, file.builtin);
    // What gcc refuses leaves the old definition; only a `#` in the line can make it refuse an object-like one, so most need no parsing.
    if (mayBeRefused(buffer, nameAt, buffer.directiveEnds[d] ?? 0)) {
      const { error, start, end } = entry.compiled;
      if (error !== undefined) {
        host.reportAt(file, start, end, error, 'error');
        if (before !== undefined) host.macros.define(atom, before.buffer, before.directiveIndex, before.file, before.builtin);
        else host.macros.undefine(atom);
        return;
      }
    }
    if (before !== undefined && !(before.buffer === buffer && before.directiveIndex === d)) {
      if (!before.builtin && !sameDefinition(before.compiled, entry.compiled)) {
        host.reportAt(file, buffer.starts[nameAt] ?? 0, buffer.ends[nameAt] ?? 0, `"${entry.name}" redefined`, 'warning');
      }
    } else if (before === undefined && isDynamic(atom)) {
      host.reportAt(file, buffer.starts[nameAt] ?? 0, buffer.ends[nameAt] ?? 0, `redefining builtin macro "${entry.name}"`, 'warning');
    }
  }

  private undef(file: FileRecord, d: number): void {
    const { buffer } = file;
    const nameAt = (buffer.directives[d] ?? 0) + 2;
    if (nameAt >= (buffer.directiveEnds[d] ?? 0)) this.complain(file, d, 'no macro name given in #undef directive');
    else if (buffer.kind(nameAt) !== Raw.Ident) this.complain(file, d, 'macro names must be identifiers');
    else this.host.macros.undefine(buffer.atom(nameAt));
  }

  // ---- #include ----

  private include(file: FileRecord, d: number, name: number): void {
    const { host } = this;
    const { buffer } = file;
    const at = (buffer.directives[d] ?? 0) + 2;
    const end = buffer.directiveEnds[d] ?? 0;
    if (at >= end) {
      this.complain(file, d, `#${atomText(name)} expects "FILENAME" or <FILENAME>`);
      return;
    }
    const start = buffer.starts[at] ?? 0;
    let stop = buffer.ends[at] ?? 0;
    let spelled: string | undefined;
    const kind = buffer.kind(at);
    if (kind === Raw.HeaderName || (kind === Raw.String && buffer.text.charCodeAt(start) === 34)) spelled = buffer.spelling(at);
    else {
      stop = buffer.ends[end - 1] ?? stop;
      spelled = this.expandedHeader(file, at, end);
    }
    if (spelled === undefined || spelled.length < 3) {
      this.complain(file, d, spelled === undefined ? `#${atomText(name)} expects "FILENAME" or <FILENAME>` : `empty filename in #${atomText(name)}`);
      return;
    }
    const here = this.stack[this.stack.length - 1];
    const found = this.find(spelled.slice(1, -1), spelled.startsWith('"'), here, name === A.include_next && this.level > 0);
    host.lists.includes.push({ range: { path: file.path, start, end: stop }, spelled, resolved: found.file });
    if (found.file === undefined) {
      if (found.problem !== undefined) host.reportAt(file, start, stop, found.problem, 'error', true);
      return;
    }
    if (found.file.id === host.mainFile) this.includesItself = true;
    if (this.once.has(found.file)) return;
    const { guard } = found.file.buffer.structure;
    if (guard !== 0 && host.macros.at(guard, host.macros.seq) !== undefined) return;
    if (name === A.import) this.addOnce(found.file);
    if (this.stack.length > MAX_INCLUDE_DEPTH) {
      host.reportAt(file, start, stop, `#include nested depth ${String(this.stack.length)} exceeds maximum of ${String(MAX_INCLUDE_DEPTH)}`, 'error', true);
      return;
    }
    this.walkedTokens += found.file.buffer.count;
    this.walkedFiles++;
    // Once more while it is being read is how the kernel's trace headers make their stages.
    const again = this.stack.filter(({ file: reading }) => reading === found.file).length > 1;
    if (again) this.recursiveTokens += found.file.buffer.count + 10;
    if (again && this.recursiveTokens > MAX_RECURSIVE_TOKENS) {
      host.reportAt(file, start, stop, `${spelled} includes itself without end; it is left out here`, 'error', true);
      return;
    }
    if (this.walkedTokens > MAX_WALKED_TOKENS || this.walkedFiles > MAX_WALKED_FILES) {
      if (!this.toldTooMuch) host.reportAt(file, start, stop, 'too much text is included; this and later #includes are left out', 'error', true);
      this.toldTooMuch = true;
      return;
    }
    this.walk(found);
  }

  /** Finds a header from the file being read; also for __has_include. */
  find(name: string, quoted: boolean, here: Found | undefined, next: boolean): Found | NotFound {
    return this.host.sources.find(name, quoted, here, next);
  }

  /** Where the text being read was found. */
  get here(): Found | undefined {
    return this.stack[this.stack.length - 1];
  }

  /** `#include MACRO`: a string literal, or everything from `<` to `>`. */
  private expandedHeader(file: FileRecord, from: number, to: number): string | undefined {
    return this.withLine(file, from, to, (expander) => {
      const first = expander.nextReal();
      if (first.kind === TokKind.String) return first.text.startsWith('"') ? first.text : undefined;
      if (first.kind !== TokKind.Punct || first.atom !== Raw.Lt) return undefined;
      let text = '<';
      for (;;) {
        const t = expander.nextReal();
        if (t.kind === TokKind.End) return undefined;
        if (t.kind === TokKind.Punct && t.atom === Raw.Gt) return `${text}>`;
        text += (text.length > 1 && (t.flags & 1) !== 0 ? ' ' : '') + t.text;
      }
    });
  }

  /** Runs `use` on the expanded tokens [from, to) of a directive. */
  private withLine<T>(file: FileRecord, from: number, to: number, use: (expander: Expander) => T): T {
    const range: ChunkRange = { file: file.id, buffer: file.buffer, from, to, seq: this.host.macros.seq, pack: 0, afterDirective: false, level: this.level };
    const expander = new Expander(this.host, new RangeSource([range]), true);
    try {
      return use(expander);
    } finally {
      expander.close();
    }
  }

  /** `used`: the last token that has been looked at. */
  private remember(file: FileRecord, d: number, pos: number, used: number, conditionals: readonly Conditional[]): void {
    if (this.includesItself) return;
    const { host } = this;
    const { lists } = host;
    const { ends } = file.buffer;
    this.snapshots.push({
      directive: d, token: pos, end: ends[pos - 1] ?? 0, used, offset: ends[used] ?? 0, conditionals: [...conditionals], seq: host.macros.seq,
      chunks: host.builder.chunks.length, files: host.sources.files.length, includes: lists.includes.length, problems: lists.problems.length,
      assumptions: lists.assumptions.length, once: lists.once.length, pack: { value: this.pack.value, stack: [...this.pack.stack] },
      pushed: this.pushed.snapshot(), builder: host.builder.snapshot(),
    });
  }

  // ---- conditions ----

  /** The value of #if, #ifdef, #ifndef or of an #elif. */
  private test(file: FileRecord, d: number): boolean {
    const { buffer } = file;
    const hash = buffer.directives[d] ?? 0;
    const end = buffer.directiveEnds[d] ?? 0;
    const name = buffer.structure.names[d] ?? 0;
    if (name === A.if || name === A.elif) {
      if (!this.host.configKnown) for (let i = hash + 2; i < end; i++) if (buffer.kind(i) === Raw.Ident) this.assume(file, buffer.atom(i), i);
      return quickTest(buffer, hash + 2, end, this.defined) ?? this.withLine(file, hash + 2, end, (expander) => new Condition(expander, this, tokenOf(buffer, hash, file.id)).evaluate(atomText(name)));
    }
    const at = hash + 2;
    if (at >= end || buffer.kind(at) !== Raw.Ident) {
      this.complain(file, d, at >= end ? `no macro name given in #${atomText(name)} directive` : 'macro names must be identifiers');
      return false;
    }
    const atom = buffer.atom(at);
    if (!this.host.configKnown) this.assume(file, atom, at);
    return this.isDefined(atom) === (name === A.ifdef || name === A.elifdef);
  }

  /** Made once: conditions are tested in every header. */
  private readonly defined = (atom: number): boolean => this.isDefined(atom);

  isDefined(atom: number): boolean {
    return this.host.macros.at(atom, this.host.macros.seq) !== undefined || (isDynamic(atom) && atom !== A._Pragma);
  }

  get charUnsigned(): boolean {
    return this.isDefined(CHAR_UNSIGNED);
  }

  report(first: Tok, last: Tok, message: string, severity: 'error' | 'warning'): void {
    this.host.report(first, last, message, severity);
  }

  /** A decision that a build folder's configuration would have taken. */
  private assume(file: FileRecord, atom: number, i: number): void {
    if (!atomStartsWith(atom, 'CONFIG_') || this.isDefined(atom)) return;
    const what = `${atomText(atom)}=n`;
    if (this.assumed.has(what)) return;
    this.assumed.add(what);
    this.host.lists.assumptions.push({ what, range: { path: file.path, start: file.buffer.starts[i] ?? 0, end: file.buffer.ends[i] ?? 0 } });
  }

  // ---- #line, # 33 "file", what is no directive ----

  private line(file: FileRecord, d: number, skipTokens: number): void {
    const { buffer } = file;
    const from = (buffer.directives[d] ?? 0) + skipTokens;
    const end = buffer.directiveEnds[d] ?? 0;
    const [number, name] = this.withLine(file, from, end, (expander) => [expander.nextReal(), expander.nextReal()]);
    if (number?.kind !== TokKind.Number || !/^[0-9]+$/.test(number.text)) {
      this.complain(file, d, `"${number?.text ?? ''}" after #line is not a positive integer`);
      return;
    }
    const offset = buffer.ends[end - 1] ?? 0;
    const known = file.lineAdjusts[file.lineAdjusts.length - 1];
    if (known !== undefined && known.offset >= offset) return;
    file.lineAdjusts.push({
      offset, delta: Number(number.text) - (buffer.line(offset) + 1),
      name: name?.kind === TokKind.String ? name.text.slice(1, -1).replace(/\\(.)/g, '$1') : known?.name,
    });
  }

  private other(file: FileRecord, d: number): void {
    const { buffer } = file;
    const hash = buffer.directives[d] ?? 0;
    if (hash + 1 >= (buffer.directiveEnds[d] ?? 0)) return;
    if (buffer.kind(hash + 1) === Raw.Number) this.line(file, d, 1);
    else this.complain(file, d, `invalid preprocessing directive #${buffer.spelling(hash + 1)}`);
  }

  // ---- #pragma ----

  private addOnce(file: FileRecord): void {
    this.once.add(file);
    this.host.lists.once.push(file);
  }

  private pragma(file: FileRecord, d: number): void {
    const { buffer } = file;
    const at = (buffer.directives[d] ?? 0) + 2;
    const end = buffer.directiveEnds[d] ?? 0;
    const atom = at < end && buffer.kind(at) === Raw.Ident ? buffer.atom(at) : 0;
    if (atom === A.once) {
      if (this.level > 0) this.addOnce(file);
    } else if (atom === A.pack) {
      const toks: Tok[] = [];
      this.withLine(file, at + 1, end, (expander) => {
        for (let t = expander.nextReal(); t.kind !== TokKind.End; t = expander.nextReal()) toks.push(t);
      });
      if (!applyPack(this.pack, toks)) this.complain(file, d, "malformed '#pragma pack'", 'warning');
    } else if (atom === A.push_macro || atom === A.pop_macro) {
      const text = at + 2 < end && buffer.kind(at + 1) === Raw.LParen && buffer.kind(at + 2) === Raw.String ? buffer.spelling(at + 2) : undefined;
      if (text === undefined) this.complain(file, d, `invalid #pragma ${atomText(atom)} directive`, 'warning');
      else if (atom === A.push_macro) this.pushed.push(atomOf(text.slice(1, -1).trim()));
      else this.pushed.pop(atomOf(text.slice(1, -1).trim()));
    }
  }


}

const CHAR_UNSIGNED = atomOf('__CHAR_UNSIGNED__');
