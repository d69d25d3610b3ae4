/** C of a ring that KSTATE hands over, for tests. */
import assert from 'node:assert/strict';
import type { JumpMemory, ScenarioResult } from '../../../../server/engine/handover/result';
import type { ScenarioSources } from '../../../../server/engine/handover/actors/kstate';

export interface KstateC {
  readonly members: readonly string[];
  /** Initialisers. */
  readonly values: readonly string[];
  readonly version: number;
  readonly fields: readonly string[];
  /** Of description and object; default `ring`, and KSTATE_TEST_ID. */
  readonly name?: string;
  readonly id?: string;
}

export function kstateC({ members, values, version, fields, name = 'ring', id = 'KSTATE_TEST_ID' }: KstateC): string {
  return `#include <linux/kstate.h>
struct ${name}_state {
${members.map((one) => `\t${one};`).join('\n')}
};
static struct ${name}_state ${name} = { ${values.join(', ')} };
static struct kstate_description ${name}_kstate = {
\t.name = "${name}",
\t.id = ${id},
\t.version_id = ${String(version)},
\t.fields = (const struct kstate_field[]) {
${fields.map((one) => `\t\t${one},`).join('\n')}
\t\tKSTATE_END_OF_LIST()
\t},
};
static int ${name}_init(void)
{
\tkstate_restore(&${name}_kstate, &${name}, 1);
\treturn kstate_register(&${name}_kstate, &${name}, 1);
}
`;
}

export const sourcesOf = (files: Readonly<Record<string, KstateC | string>>): ScenarioSources => (path) => {
  const file = files[path];
  return file === undefined || typeof file === 'string' ? file : kstateC(file);
};

/** The bytes of the stream at a jump, found by its magic: those of handovers before it are never given back, and still lie there. */
export function streamAt({ jumps }: ScenarioResult, at: number): DataView {
  const streams = (jump: JumpMemory | undefined) => (jump?.pages ?? []).filter(({ bytes }) => bytes[0] === 0x8c && bytes[1] === 0x77 && bytes[2] === 0x37 && bytes[3] === 0x3b);
  const before = streams(jumps[at - 1]).map(({ phys }) => phys);
  const [page, ...others] = streams(jumps[at]).filter(({ phys }) => !before.includes(phys));
  assert.ok(page !== undefined && others.length === 0);
  return new DataView(page.bytes.buffer, page.bytes.byteOffset);
}
