/** `npm run conformance:structs -- FILE --tree T --build B`: every type of FILE as the C front end reads it from the tree. */
import path from 'node:path';
import { recordJson } from '../c/recordJson';
import type { RecordJson } from '../c/recordJson';
import { DiskProvider } from '../workspace/diskProvider';
import { toCorePath } from '../workspace/paths';
import { kernelTypes } from '../workspace/kernelTypes';
import { Project } from '../workspace/project';
import { isFolder } from '../workspace/tree';
import { parseTypeName } from '../workspace/typeFinder';
import type { TypeFinder } from '../workspace/typeFinder';
import { compareRecord, readTruth } from './compare';
import { readText } from './readText';
import { result } from './report';

export function main(words: readonly string[]): number {
  const [file, tree, build] = [words.find((w, i) => !w.startsWith('--') && !(words[i - 1] ?? '').startsWith('--')), after(words, '--tree'), after(words, '--build')];
  if (file === undefined || tree === undefined) {
    console.error('usage: npm run conformance:structs -- FILE --tree TREE [--build BUILD]');
    return 2;
  }
  const text = readText(file);
  const truth = typeof text === 'string' ? readTruth(text) : undefined;
  if (truth === undefined || truth.length === 0) {
    console.error(typeof text === 'object' ? `${file}: ${text.error}` : `${file}: expected struct layouts (an object of { kind, size, members } by type name), found ${truth === undefined ? 'something else' : 'no type'}`);
    return 2;
  }
  for (const [flag, folder] of [['--tree', tree], ['--build', build]] as const) {
    if (folder === undefined || isFolder(folder)) continue;
    console.error(`${flag} ${folder}: no such folder`);
    return 2;
  }
  const cwd = process.cwd();
  const root = toCorePath(path.resolve(tree), cwd);
  const project = new Project({ generation: 'auto', arch: 'auto', tree: root, build: build === undefined ? undefined : toCorePath(path.resolve(build), cwd), workspaceFolders: [] });
  const finder = kernelTypes(project, new DiskProvider(), root);
  let passed = 0;
  let failed = 0;
  for (const [name, expected] of truth) {
    const why = judge(name, expected, finder);
    if (why === undefined) passed += 1;
    else {
      failed += 1;
      console.log(`${name}: ${why}`);
    }
  }
  return result(passed, failed);
}

/** Undefined when one of the definitions equals; else what the first one has otherwise. */
function judge(name: string, expected: RecordJson, finder: TypeFinder): string | undefined {
  let first: string | undefined;
  let tried = 0;
  for (const { unit, record, file } of finder.find(parseTypeName(name))) {
    const found = recordJson(unit, record);
    const difference = found.known ? compareRecord(expected, found.value) : `not known: ${found.why}`;
    if (difference === undefined) return undefined;
    first ??= `${difference} (${file})`;
    tried += 1;
    if (tried >= 12) break;
  }
  return first ?? 'definition: expected one, found none in the tree';
}

function after(words: readonly string[], flag: string): string | undefined {
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}
