/** Versions of the descriptions themselves: the code warns about a difference and checks nothing else. Facts 3.3, 7; KS24, KS57. */
import type { KstateDescription } from '../../model/kstate';
import type { Direction, Reason } from './reason';
import { sharedEntries } from './shared';

export function versions(direction: Direction, described: (variable: string) => KstateDescription | undefined): Reason[] {
  const out: Reason[] = [];
  for (const pair of sharedEntries(direction)) {
    const [then, now] = [pair.from.plan.versionId, pair.to.versionId];
    if (then !== now) {
      const read = pair.found && pair.at !== undefined;
      const nested = pair.kind === 'nested' ? `, nested in ${pair.prefix.slice(0, -1)},` : '';
      const says = read ? 'restoring logs "version mismatch" once per boot and goes on' : 'its entry is not read';
      out.push({
        code: now > then ? 'version-raised' : 'version-lowered', verdict: read ? 'warns' : 'loads', side: direction.toSide, range: described(pair.to.variable)?.versionId.range ?? pair.to.range, about: pair.to.variable,
        message: `${pair.to.variable}${nested} has version ${String(then)} in ${direction.saver} and ${String(now)} in ${direction.restorer}: ${says}.`,
      });
    }
    const minimum = described(pair.to.variable)?.minVersionId;
    if (minimum?.known === true && minimum.value > then) {
      out.push({
        code: 'minimum-above-stream', verdict: 'loads', side: direction.toSide, range: minimum.range, about: pair.to.variable,
        message: `min_version_id ${String(minimum.value)} of ${pair.to.variable} is above version ${String(then)} of the stream: the documentation promises that it is refused, but no code looks at it.`,
      });
    }
  }
  return out;
}
