/**
 * Where C text comes from, and how places in it are named.
 *
 * The core never touches a disk: whoever calls it brings a SourceProvider (disk, git blobs, memory, a worker's copy).
 */

/** What a provider answers for one path. `identity` changes whenever the text does (hash, blob id, version). */
export type SourceResult =
  | { readonly ok: true; readonly text: string; readonly identity: string }
  | { readonly ok: false; readonly reason: 'missing' | 'folder' | 'unreadable'; readonly detail?: string };

/** Synchronous by design: the preprocessor asks in the middle of its work. Never throws. */
export interface SourceProvider {
  /** `path` is '/'-separated and normalised. */
  read(path: string): SourceResult;
  /**
   * Two equal answers: every path but `except` reads as it did. A provider that cannot say so without asking for each answers undefined, or has
   * no such method.
   */
  revision?(except: string): string | undefined;
}

/** A half-open range of UTF-16 offsets in the text of one file. Plain data: it may cross a process. */
export interface SrcRange {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A zero-based line and UTF-16 column. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Converts offsets of one text to lines and columns; built once per text. Lines end at \n, \r\n or a lone \r. */
export class LineIndex {
  private readonly starts: Int32Array;
  private readonly lengthUnits: number;

  constructor(text: string) {
    const starts: number[] = [0];
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === 10) starts.push(i + 1);
      else if (c === 13) {
        if (text.charCodeAt(i + 1) === 10) i++;
        starts.push(i + 1);
      }
    }
    this.starts = Int32Array.from(starts);
    this.lengthUnits = text.length;
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** Offsets outside the text are clamped to its ends. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.lengthUnits));
    let lo = 0;
    let hi = this.starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if ((this.starts[mid] ?? 0) <= at) lo = mid;
      else hi = mid - 1;
    }
    return { line: lo, character: at - (this.starts[lo] ?? 0) };
  }

  /** Offset of a position; a line or column past the end is clamped. */
  offset(position: Position): number {
    if (position.line < 0) return 0;
    if (position.line >= this.starts.length) return this.lengthUnits;
    const start = this.starts[position.line] ?? 0;
    const next = this.starts[position.line + 1] ?? this.lengthUnits;
    return Math.min(start + Math.max(0, position.character), next);
  }
}
