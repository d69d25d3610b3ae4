// An esbuild plugin: importing `./wasm/NAME.wasm` compiles `./wasm/NAME.ts`, which is AssemblyScript, and gives the bytes of the module.
// What was compiled is kept in node_modules/.cache, by the text of all that it was made from.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const cache = path.join(root, 'node_modules', '.cache', 'assembly');
const options = ['--runtime', 'stub', '-O3', '--noAssert', '--importMemory'];

/**
 * A source and all that it imports, in the order in which they are met.
 * @param {string} source
 */
function sourcesOf(source) {
  const found = new Set([source]);
  for (const file of found) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)';/gm)) found.add(path.resolve(path.dirname(file), `${name}.ts`));
  }
  return found;
}

/** @param {string} source */
async function compile(source) {
  const version = JSON.parse(readFileSync(path.join(root, 'node_modules', 'assemblyscript', 'package.json'), 'utf8')).version;
  const hash = createHash('sha256').update(JSON.stringify([version, options]));
  for (const file of sourcesOf(source)) hash.update(path.relative(root, file)).update(readFileSync(file));
  const kept = path.join(cache, `${path.basename(source, '.ts')}-${hash.digest('hex').slice(0, 24)}.wasm`);
  try {
    return readFileSync(kept);
  } catch {
    // Not compiled yet.
  }
  const { default: asc } = await import('assemblyscript/asc');
  let bytes;
  const { error, stderr } = await asc.main([path.relative(root, source), '--outFile', 'out.wasm', ...options], {
    readFile: (name, base) => {
      try {
        return readFileSync(path.resolve(base ?? root, name), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_name, contents) => { bytes = contents; },
    listFiles: () => [],
  });
  if (error || bytes === undefined) throw new Error(`${path.relative(root, source)}:\n${stderr?.toString() ?? error?.message ?? 'no module was made'}`);
  mkdirSync(cache, { recursive: true });
  const aside = `${kept}.${process.pid}`;
  writeFileSync(aside, bytes);
  renameSync(aside, kept);
  return bytes;
}

/** @type {import('esbuild').Plugin} */
export const assembly = {
  name: 'assembly',
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, (args) => ({ path: path.resolve(args.resolveDir, args.path.replace(/\.wasm$/, '.ts')), namespace: 'assembly' }));
    build.onLoad({ filter: /.*/, namespace: 'assembly' }, async (args) => ({ contents: await compile(args.path), loader: 'binary', watchFiles: [args.path] }));
  },
};

/**
 * How everything is bundled that runs in Node. Packages by their ES modules where they have them: jsonc-parser's other form finds its parts while it runs.
 * @satisfies {import('esbuild').BuildOptions}
 */
export const nodeBundle = { bundle: true, platform: /** @type {const} */ ('node'), mainFields: ['module', 'main'], target: 'node20', format: /** @type {const} */ ('cjs'), logLevel: /** @type {const} */ ('warning'), plugins: [assembly] };
