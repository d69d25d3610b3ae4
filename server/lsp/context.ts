/** What the features share. One per connection; nothing is module state. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import type { Settings } from '../shared/settings';
import type { DiskProvider } from '../workspace/diskProvider';
import type { Revisions } from '../workspace/gitRevision';
import type { OverlayProvider } from '../workspace/overlayProvider';
import type { Project } from '../workspace/project';
import type { Analysis } from './analysis';
import type { BuiltinContent } from './builtinContent';
import type { Changes } from './changes';
import type { Documents } from './documents';
import type { Dumps } from './dump';
import type { Log } from './guard';
import type { Handovers } from './handovers';
import type { Layouts } from './layouts';
import type { KeptAnswers } from './keptAnswers';
import type { OtherFiles } from './otherFiles';
import type { Proposals } from './proposals';
import type { Rehearsal } from './rehearsal';
import type { ScenarioRuns } from './scenarioRuns';
import type { Scenarios } from './scenarios';
import type { SentLenses } from './sentLenses';
import type { TreeIndexes } from './treeIndexes';

export interface Context {
  readonly connection: Connection;
  readonly capabilities: ClientCapabilities;
  readonly log: Log;
  readonly documents: Documents;
  /** Files that are decoded for editors. */
  readonly dumps: Dumps;
  readonly builtins: BuiltinContent;
  readonly disk: DiskProvider;
  /** Open documents over the disk. */
  readonly source: OverlayProvider;
  readonly revisions: Revisions;
  readonly analysis: Analysis;
  readonly handovers: Handovers;
  readonly changes: Changes;
  readonly layouts: Layouts;
  readonly lenses: SentLenses;
  /** Files `*.handover.json`. */
  readonly scenarios: Scenarios;
  readonly scenarioRuns: ScenarioRuns;
  readonly proposals: Proposals;
  readonly rehearsal: Rehearsal;
  /** The client can show the layout panel: hovers may link to it. */
  readonly hasLayoutPanel: boolean;
  /** Answers of earlier starts; undefined: nothing is kept on disk. */
  readonly kept: KeptAnswers | undefined;
  /** Of the workspace's folders; undefined: this server makes none. */
  readonly indexes: TreeIndexes | undefined;
  /** What is known of files that are not open; undefined: nothing ever. */
  readonly otherFiles: OtherFiles | undefined;
  settings(): Settings;
  project(): Project;
  /** docs/diagnostics.md as a URI, for links that need no network. */
  readonly diagnosticsDoc: string;
}

/** What has been seen to change; features that keep something listen. */
export type Change =
  | { readonly kind: 'text'; readonly path: string }
  | { readonly kind: 'closed'; readonly path: string }
  /** Settings, folders or files outside the editor: everything. */
  | { readonly kind: 'everything' };
