/** The requests of shared/requests.ts. */
import type { Context } from './context';
import { breathe, describe, guarded } from './guard';
import { layoutOf, structsOf } from './layoutRequest';
import { toRange } from './places';
import type { CloseDumpParams, DescriptionsParams, DescriptionsResult, DumpBlocksParams, DumpBlocksResult, DumpChildrenParams, DumpChildrenResult, DumpFailure, DumpMemoryParams, DumpNodeParams, DumpNodeResult, LayoutParams, LayoutResult, OpenDumpParams, OpenDumpResult, RefsParams, RefsResult, RevisionTextParams, RevisionTextResult, RunScenarioResult, ScenarioOutlineResult, ScenarioParams, SimulateParams, SimulateResult, StructsParams, StructsResult } from '../shared/requests';
import { notifications, requests } from '../shared/requests';
import { listRefs } from '../workspace/gitRefs';
import { uriToPath } from './uris';

export function customRequests(context: Context): void {
  const { connection, log } = context;
  connection.onRequest(requests.descriptions, guarded<DescriptionsParams, DescriptionsResult>(log, requests.descriptions, [], (params) => {
    const analysed = context.analysis.of(uriToPath(params.uri));
    return analysed?.model.descriptions.flatMap((d) => {
      const range = toRange(analysed.unit, d.range);
      return range === undefined ? [] : [{ variable: d.variable, name: d.name.known ? d.name.value : '', range }];
    }) ?? [];
  }));
  const { dumps } = context;
  const undecoded: DumpFailure = { ok: false, reason: 'failed', message: 'The file could not be decoded; the output channel says why.' };
  connection.onRequest(requests.openDump, guarded<OpenDumpParams, OpenDumpResult>(log, requests.openDump, undecoded, ({ uri }) => dumps.ask('open', uri, null)));
  connection.onRequest(requests.dumpBlocks, guarded<DumpBlocksParams, DumpBlocksResult>(log, requests.dumpBlocks, undecoded, ({ uri, ...params }) => dumps.ask('blocks', uri, params)));
  connection.onRequest(requests.dumpChildren, guarded<DumpChildrenParams, DumpChildrenResult>(log, requests.dumpChildren, undecoded, ({ uri, ...params }) => dumps.ask('children', uri, params)));
  connection.onRequest(requests.dumpMemory, guarded<DumpMemoryParams, DumpNodeResult>(log, requests.dumpMemory, undecoded, ({ uri, ...params }) => dumps.ask('memory', uri, params)));
  connection.onRequest(requests.dumpNode, guarded<DumpNodeParams, DumpNodeResult>(log, requests.dumpNode, undecoded, ({ uri, ...params }) => dumps.ask('node', uri, params)));
  connection.onNotification(notifications.closeDump, ({ uri }: CloseDumpParams) => { dumps.closed(uri); });
  connection.onRequest(requests.layout, guarded<LayoutParams, LayoutResult>(
    log, requests.layout, { ok: false, reason: 'failed', message: 'The layout could not be worked out; the output channel says why.' }, (params) => layoutOf(context, params),
  ));
  connection.onRequest(requests.structs, guarded<StructsParams, StructsResult>(log, requests.structs, [], (params) => structsOf(context, params)));
  connection.onRequest(requests.refs, guarded<RefsParams, RefsResult>(log, requests.refs, [], async (params) => listRefs(uriToPath(params.uri))));
  connection.onRequest(requests.revisionText, guarded<RevisionTextParams, RevisionTextResult>(
    log, requests.revisionText, { ok: false, message: 'The revision could not be read.' }, async (params) => {
      const path = uriToPath(params.uri);
      const revision = await context.revisions.open(path, params.revision);
      if (!revision.ok) return { ok: false, message: `${params.revision}: ${revision.why}.` };
      const text = await revision.value.text(path);
      return text.ok ? { ok: true, text: text.text } : { ok: false, message: `${params.revision} has no ${path}.` };
    },
  ));
  connection.onRequest(requests.scenarioOutline, guarded<ScenarioParams, ScenarioOutlineResult>(log, requests.scenarioOutline, null, ({ uri }) => context.scenarios.outline(uriToPath(uri))));
  connection.onRequest(requests.runScenario, guarded<ScenarioParams, RunScenarioResult>(
    log, requests.runScenario, { ok: false, reason: 'failed', message: 'The scenario could not be run; the output channel says why.' }, ({ uri }, token) => context.scenarioRuns.run(uriToPath(uri), token),
  ));
  connection.onRequest(requests.simulate, async (params: SimulateParams): Promise<SimulateResult> => {
    await breathe();
    try {
      return await context.handovers.simulate(uriToPath(params.uri), params.description, params.base);
    } catch (error) {
      log.error(`simulate failed: ${describe(error)}`);
      return { ok: false, reason: 'failed', message: `The simulation stopped: ${error instanceof Error ? error.message : String(error)}.` };
    }
  });
}
