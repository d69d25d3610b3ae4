/** All functions of the kernel that the engine knows, by name. */
import { allocatorBuiltins } from './allocator';
import { atomicBuiltins } from './atomic';
import type { Builtin } from './builtin';
import { compilerBuiltins } from './compiler';
import { kstateBuiltins } from './kstate';
import { listBuiltins } from './list';
import { logBuiltins } from './log';
import { pageBuiltins } from './pages';
import { stringBuiltins } from './strings';

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...[kstateBuiltins, stringBuiltins, pageBuiltins, allocatorBuiltins, atomicBuiltins, listBuiltins, logBuiltins, compilerBuiltins].flatMap((table) => Object.entries(table)),
]);
