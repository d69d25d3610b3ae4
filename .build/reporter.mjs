// Mocha's own reporter (option `base`: dot or spec), which also writes the counts to a file (option `counts`) for the test script.
import fs from 'node:fs';
import path from 'node:path';
import { reporters } from 'mocha';

export default class CountingReporter {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    const { base = 'dot', counts } = options.reporterOptions ?? options.reporterOption ?? {};
    this.base = new reporters[base === 'spec' ? 'Spec' : 'Dot'](runner, options);
    /** @type {string | undefined} */
    this.file = counts;
    this.passed = 0;
    this.pending = 0;
    /** @type {{ title: string, message: string }[]} */
    this.failures = [];
    runner.on('pass', () => { this.passed++; });
    runner.on('pending', () => { this.pending++; });
    runner.on('fail', (test, error) => { this.failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) }); });
    runner.once('end', () => this.write());
  }

  write() {
    if (this.file === undefined) return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(this.file, JSON.stringify({ passed: this.passed, pending: this.pending, failures: this.failures }));
  }
}
