import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL } from './client';
import { DRIVER } from './sample';

/** Lines that come and go, each at its place in the driver: above everything, in the middle of it, at its end. */
const LINES: readonly { readonly before: string; readonly line: string }[] = [
  { before: '#include <linux/kstate.h>', line: '#define PACK __attribute__((packed))' },
  { before: '#include <linux/kstate.h>', line: '#include <own.h>' },
  { before: '#include <linux/init.h>', line: '#include <own.h>' },
  { before: 'struct lamp {', line: '#include <other.h>' },
  { before: 'struct lamp {', line: '#define OWN_VERSION 2' },
  { before: 'struct lamp {', line: 'int first(void) { return 1; }' },
  { before: 'static struct kstate_description lamp_state', line: '#undef OWN_VERSION' },
  { before: 'static struct kstate_description lamp_state', line: '#include <late.h>' },
  { before: 'static u64 lamp_cycles', line: '#include <own.h>' },
  { before: 'static u64 lamp_cycles', line: '#if 0' },
  { before: 'late_initcall', line: '#endif' },
  { before: 'late_initcall', line: '#include <late.h>' },
];

/** Texts of each header, the first of them on disk. */
const HEADERS = {
  'include/own.h': [
    '#ifndef OWN_H\n#define OWN_H\n#define OWN_VERSION 3\nstruct own { int a; };\nstatic inline int own_one(void)\n{\n\treturn 1;\n}\n#endif\n',
    '#define OWN_VERSION 4\ntypedef unsigned char u8_own;\n', '#include <other.h>\n', '',
  ],
  'include/other.h': ['#ifndef OWN_VERSION\n#define OWN_VERSION 9\n#endif\nstruct folio { long x; };\n', 'struct lamp;\nenum other { OTHER = 1 };\n'],
  'include/late.h': ['#undef u16\n#define u16 unsigned int\n', 'struct late { char c; } PACK;\n', 'int open_brace(void) {\n'],
} as const;
const NAMES = ['include/own.h', 'include/other.h', 'include/late.h'] as const;

const TEXT = DRIVER.replace('u16, 3)', 'u16, OWN_VERSION)');

function textWith(present: ReadonlySet<number>, typed: string): string {
  const all = LINES.reduce((text, { before, line }, i) => (present.has(i) ? text.replace(before, `${line}\n${before}`) : text), TEXT);
  return all.replace('\tint ret;', `\tint ret;${typed}`);
}

type Step = { readonly kind: 'line'; readonly index: number } | { readonly kind: 'header'; readonly name: (typeof NAMES)[number]; readonly which: number } | { readonly kind: 'type'; readonly typed: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('line' as const), index: fc.nat(LINES.length - 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('header' as const), name: fc.constantFrom(...NAMES), which: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('type' as const), typed: fc.constantFrom('', ';', ' int x', ' KSTATE_BASE_TYPE(', ' OWN_VERSION;', ' }', ' struct folio f;') }) },
);

/** Everything that an editor shows of the file. */
async function shown(client: Client, uri: string, text: string): Promise<unknown> {
  const hovers = [];
  for (const name of ['hours', 'OWN_VERSION', 'lamp_extra', 'watts, struct', 'log;']) {
    const at = text.indexOf(name);
    if (at < 0) continue;
    const above = text.slice(0, at).split('\n');
    hovers.push(await client.hover(uri, above.length - 1, (above.at(-1) ?? '').length));
  }
  return { diagnostics: await client.pull(uri), symbols: await client.symbols(uri), hovers };
}

describe('what is reused between edits', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    for (const name of NAMES) folder.write({ [name]: HEADERS[name][0] });
  });
  afterEach(() => { folder.remove(); });

  it('never changes an answer: edits of a file, its includes, macros and headers end as a fresh server begins', async function () {
    this.timeout(60_000);
    const uri = pathToFileURL(folder.path('lamp.c')).href;
    const uriOf = (name: string): string => pathToFileURL(folder.path(name)).href;
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const edited = new Client();
      const fresh = new Client();
      try {
        const present = new Set<number>();
        const headers = new Map<string, string>();
        let typed = '';
        await edited.initialize(PULL, folder.root);
        await edited.open(uri, textWith(present, typed));
        await edited.pull(uri);
        for (const one of steps) {
          if (one.kind === 'header') {
            const texts = HEADERS[one.name];
            const text = texts[one.which % texts.length] ?? '';
            if (headers.has(one.name)) await edited.change(uriOf(one.name), [{ text }]);
            else await edited.open(uriOf(one.name), text);
            headers.set(one.name, text);
          } else {
            if (one.kind === 'type') ({ typed } = one);
            else if (!present.delete(one.index)) present.add(one.index);
            await edited.change(uri, [{ text: textWith(present, typed) }]);
          }
          await edited.pull(uri);
        }
        const text = textWith(present, typed);
        await fresh.initialize(PULL, folder.root);
        for (const [name, header] of headers) await fresh.open(uriOf(name), header);
        await fresh.open(uri, text);
        assert.deepEqual(await shown(edited, uri, text), await shown(fresh, uri, text));
      } finally {
        await edited.stop();
        await fresh.stop();
      }
    }), { numRuns: 60 });
  });
});
