/**
 * The entries of all files of a tree, small: 16 bytes for an entry, each name once. A tree in which every line called the interfaces would
 * still be bounded: files past `maxEntries` keep none, and `truncated` says so.
 */
import type { EntryKind, FileEntry } from './entries';
import { entryKinds } from './entries';

export interface TreeEntry extends FileEntry {
  /** Absolute, '/'-separated. */
  readonly path: string;
}

/** Numbers of an entry: name, container, line, kind and column. */
const stride = 4;
const columnBits = 24;
const maxColumn = (1 << columnBits) - 1;

class Names {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[] = [];

  numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.texts.length;
      // A slice would keep the whole file's text alive.
      const own = Buffer.from(text).toString();
      this.texts.push(own);
      this.numbers.set(own, number);
    }
    return number;
  }

  textOf(number: number): string {
    return this.texts[number] ?? '';
  }

  get count(): number {
    return this.texts.length;
  }
}

export class EntryTable {
  private names = new Names();
  /** In order of path, as the scan gives them; files that came later stand behind. */
  private readonly files = new Map<string, Int32Array>();
  private total = 0;
  private cut = false;

  constructor(private readonly maxEntries = 1_000_000) {}

  /** Replaces what is known of the file. No entries: the file stays known as one with a word of the handover. */
  set(path: string, entries: readonly FileEntry[]): void {
    this.total -= (this.files.get(path)?.length ?? 0) / stride;
    const fits = this.total + entries.length <= this.maxEntries;
    if (!fits) this.cut = true;
    const packed = new Int32Array((fits ? entries.length : 0) * stride);
    if (fits) {
      entries.forEach((entry, i) => {
        packed[i * stride] = this.names.numberOf(entry.name);
        packed[i * stride + 1] = this.names.numberOf(entry.container);
        packed[i * stride + 2] = entry.line;
        packed[i * stride + 3] = (entryKinds.indexOf(entry.kind) << columnBits) | Math.min(entry.character, maxColumn);
      });
    }
    this.files.set(path, packed);
    this.total += packed.length / stride;
    if (this.names.count > 4096 + this.total * 4) this.compact();
  }

  delete(path: string): boolean {
    const packed = this.files.get(path);
    if (packed === undefined) return false;
    this.total -= packed.length / stride;
    return this.files.delete(path);
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  paths(): string[] {
    return [...this.files.keys()];
  }

  get fileCount(): number {
    return this.files.size;
  }

  get entryCount(): number {
    return this.total;
  }

  /** Some files' entries did not fit. */
  get truncated(): boolean {
    return this.cut;
  }

  of(path: string): TreeEntry[] {
    return unpack(path, this.files.get(path) ?? new Int32Array(), this.names);
  }

  /** Entries that `matches`, at most `limit`, in order of file and place. `matches` sees each name once. */
  find(matches: (name: string) => boolean, limit: number, kinds: ReadonlySet<EntryKind> = new Set(entryKinds)): TreeEntry[] {
    const verdicts = new Map<number, boolean>();
    const found: TreeEntry[] = [];
    for (const [path, packed] of this.files) {
      for (let at = 0; at < packed.length; at += stride) {
        const number = packed[at] ?? 0;
        let verdict = verdicts.get(number);
        if (verdict === undefined) verdicts.set(number, (verdict = matches(this.names.textOf(number))));
        if (!verdict) continue;
        const entry = unpack(path, packed.subarray(at, at + stride), this.names)[0];
        if (entry === undefined || !kinds.has(entry.kind)) continue;
        found.push(entry);
        if (found.length >= limit) return found;
      }
    }
    return found;
  }

  counts(): Readonly<Record<EntryKind, number>> {
    const counts: Record<EntryKind, number> = { description: 0, registration: 0, contract: 0, call: 0, function: 0, macro: 0 };
    for (const packed of this.files.values()) {
      for (let at = 3; at < packed.length; at += stride) counts[entryKinds[(packed[at] ?? 0) >> columnBits] ?? 'call']++;
    }
    return counts;
  }

  /** Names of files that have gone or changed are no longer wanted. */
  private compact(): void {
    const old = this.names;
    this.names = new Names();
    for (const packed of this.files.values()) {
      for (let at = 0; at < packed.length; at += stride) {
        packed[at] = this.names.numberOf(old.textOf(packed[at] ?? 0));
        packed[at + 1] = this.names.numberOf(old.textOf(packed[at + 1] ?? 0));
      }
    }
  }
}

function unpack(path: string, packed: Int32Array, names: Names): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < packed.length; at += stride) {
    const last = packed[at + 3] ?? 0;
    entries.push({
      path, kind: entryKinds[last >> columnBits] ?? 'call', name: names.textOf(packed[at] ?? 0), container: names.textOf(packed[at + 1] ?? 0),
      line: packed[at + 2] ?? 0, character: last & maxColumn,
    });
  }
  return entries;
}
