/** The KSTATE descriptions of a tree, for a stream that a kernel built from it saved. */
import type { StreamDescriptions } from '../decode/stream';
import type { NamedDescription } from '../decode/streamFields';
import { namedDescriptions, ownDescriptions } from '../decode/streamModel';
import type { CliIo } from './io';
import { UsageError } from './io';
import { kstateFiles, openListed } from './kstateFiles';
import { Session } from './session';
import type { Parsed } from './options';

/** Throws UsageError when the tree has none. What cannot be read of a description is told on stderr. */
export async function streamDescriptions(tree: string, parsed: Parsed, io: CliIo): Promise<StreamDescriptions> {
  const session = new Session(parsed, io);
  try {
    const { files } = await kstateFiles([tree], session, io);
    const all: NamedDescription[] = [];
    let dialect: StreamDescriptions['dialect'] | undefined;
    for (const { path, model } of openListed(files, session, io)) {
      if (model.descriptions.length === 0) continue;
      dialect ??= model.dialect;
      const read = namedDescriptions(model, session.shown(path), session.project.targetOf(path));
      all.push(...read.all);
      for (const why of read.limits) io.stderr(`kexec-handover: ${session.shown(path)}: ${why}\n`);
    }
    if (dialect === undefined) throw new UsageError(`--tree ${tree}: no KSTATE description in it`);
    return { dialect, all: [...all, ...ownDescriptions(dialect)] };
  } finally {
    session.dispose();
  }
}
