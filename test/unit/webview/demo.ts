/** The worked example of the KSTATE facts as a view, written by hand: version 1 against version 2. */
import fs from 'node:fs';
import path from 'node:path';
import type { SimulationView } from '../../../server/shared/simulationView';

export function demoView(): SimulationView {
  // Written for this type; the tests below read every part of it.
  return JSON.parse(fs.readFileSync(path.resolve('test/fixtures/view/demo.json'), 'utf8')) as SimulationView;
}
