/** How `check` prints, by the name of the format. */
import { version } from '../../../package.json';
import type { Report } from '../report';
import { checkpatch } from './checkpatch';
import { github } from './github';
import { sarif } from './sarif';
import { text } from './text';

/** `sourceLine`: the text of a line (from 1) of a file as the report names it; undefined when it cannot be read. */
export type Formatter = (report: Report, sourceLine: (file: string, line: number) => string | undefined) => string;

export const FORMATTERS: Readonly<Record<string, Formatter>> = {
  text,
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  sarif: (report) => `${JSON.stringify(sarif(report, version), null, 2)}\n`,
  github,
  checkpatch,
};
