/** The expectations of a scenario, one by one, as running it answers them (engine/handover/expectations.ts): for lists of tests. */
import type { Expectations } from './scenario';

export interface ExpectationOutline {
  /** Place in the scenario: `['expect', 'fates', 'trace']`. */
  readonly path: readonly (string | number)[];
  readonly label: string;
}

export function expectationsOf(expect: Expectations | undefined): readonly ExpectationOutline[] {
  if (expect === undefined) return [];
  const out: ExpectationOutline[] = [];
  const add = (path: readonly (string | number)[], label: string): void => { out.push({ path: ['expect', ...path], label }); };
  if (expect.verdict !== undefined) add(['verdict'], `verdict: ${expect.verdict}`);
  expect.verdicts?.forEach((verdict, i) => { add(['verdicts', i], `verdict of jump ${String(i + 1)}: ${verdict}`); });
  if (expect.corruption !== undefined) add(['corruption'], expect.corruption ? 'something is corrupted' : 'nothing is corrupted');
  for (const [name, wanted] of Object.entries(expect.fates)) {
    if (typeof wanted === 'string') add(['fates', name], `${name}: ${wanted}`);
    else for (const [fate, pages] of Object.entries(wanted)) add(['fates', name, fate], `${name}: ${String(pages)} pages ${fate}`);
  }
  for (const [name, file] of Object.entries(expect.arrives)) {
    const { sizeBytes, pos, seals } = file;
    if (sizeBytes !== undefined) add(['arrives', name, 'size'], `${name} arrives with ${String(sizeBytes)} bytes`);
    if (pos !== undefined) add(['arrives', name, 'pos'], `${name} arrives at position ${String(pos)}`);
    if (seals !== undefined) add(['arrives', name, 'seals'], `${name} arrives with ${seals.length === 0 ? 'no seals' : `seals ${seals.join(', ')}`}`);
    if (Object.values(file).every((one) => one === undefined)) add(['arrives', name], `${name} arrives`);
  }
  for (const [name, wanted] of Object.entries(expect.changed)) {
    if (typeof wanted === 'boolean' || wanted.length === 0) add(['changed', name], wanted === true ? `${name}: something changed` : `${name}: nothing changed`);
    else wanted.forEach((text, i) => { add(['changed', name, i], `${name} changed: "${text}"`); });
  }
  expect.messages.forEach((text, i) => { add(['messages', i], `logs "${text}"`); });
  expect.noMessages.forEach((text, i) => { add(['noMessages', i], `does not log "${text}"`); });
  if (typeof expect.blocks === 'number') add(['blocks'], `${String(expect.blocks)} preserved blocks`);
  else for (const [order, blocks] of Object.entries(expect.blocks ?? {})) add(['blocks', order], `${String(blocks)} preserved blocks of order ${order}`);
  return out;
}
