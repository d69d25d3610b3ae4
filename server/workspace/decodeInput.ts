/** Reads what `decode` is given: a file, or a folder copied from debugfs. Bounded: what is larger is refused. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Node reads at most 2 GiB at once. */
const MOST_FILE_BYTES = 2 ** 31 - 1;
const MOST_FOLDER_FILES = 1000;
const MOST_BLOB_BYTES = 64 << 20;

export type DecodeInput =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> }
  | { readonly kind: 'error'; readonly message: string };

export function readDecodeInput(file: string): DecodeInput {
  try {
    const found = statSync(file);
    if (found.isDirectory()) return { kind: 'folder', files: folder(file) };
    if (!found.isFile()) return { kind: 'error', message: `${file}: expected a file or a folder` };
    if (found.size > MOST_FILE_BYTES) return { kind: 'error', message: `${file}: expected at most ${String(MOST_FILE_BYTES)} bytes, found ${String(found.size)}` };
    return { kind: 'file', bytes: readFileSync(file) };
  } catch (error) {
    return { kind: 'error', message: `${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The folder itself, `in` and `out`, and their `sub_fdts`. */
function folder(root: string): ReadonlyMap<string, Uint8Array> {
  const out = new Map<string, Uint8Array>();
  for (const below of ['', 'sub_fdts', 'in', 'out', 'in/sub_fdts', 'out/sub_fdts']) {
    // Not every kernel has every folder.
    for (const name of existsSync(path.join(root, below)) ? readdirSync(path.join(root, below)) : []) {
      if (out.size >= MOST_FOLDER_FILES) return out;
      const full = path.join(root, below, name);
      const found = statSync(full);
      if (found.isFile() && found.size <= MOST_BLOB_BYTES) out.set(below === '' ? name : `${below}/${name}`, readFileSync(full));
    }
  }
  return out;
}
