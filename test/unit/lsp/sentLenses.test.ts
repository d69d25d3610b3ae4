/** When the client is asked to come for its lenses again. */
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { SentLenses } from '../../../server/lsp/sentLenses';

describe('lenses that were sent', () => {
  let titles: [string, string][] | undefined;
  let refreshes: number;
  let lenses: SentLenses;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    titles = [['lamp', 'stream 8 B'], ['fan', 'stream 9 B']];
    refreshes = 0;
    const silent = (): void => undefined;
    lenses = new SentLenses({
      log: { error: silent, warn: silent, info: silent }, titles: () => Promise.resolve(titles === undefined ? undefined : new Map(titles)), refresh: () => { refreshes++; },
    });
    lenses.sent('file:a.c', new Map(titles));
  });
  afterEach(() => { mock.timers.reset(); });

  /** All that has been scheduled is over. */
  const rest = async (): Promise<void> => {
    mock.timers.tick(1_000);
    for (let i = 0; i < 5; i++) await turn();
  };

  it('stay while they read the same', async () => {
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 0);
  });

  it('are asked for once when one reads otherwise, however often there was reason to look', async () => {
    titles = [['lamp', 'stream 12 B'], ['fan', 'stream 9 B']];
    for (let i = 0; i < 5; i++) {
      lenses.schedule();
      mock.timers.tick(100);
    }
    assert.equal(refreshes, 0, 'not while signs keep coming');
    await rest();
    assert.equal(refreshes, 1);
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 1, 'it has been told');
    lenses.sent('file:a.c', new Map(titles));
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 1);
  });

  it('are asked for when other descriptions have one, or none has any more', async () => {
    titles = [];
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 1);
    lenses.sent('file:a.c', new Map());
    titles = [['lamp', 'stream 8 B']];
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 2);
  });

  it('of a closed document are no one\'s concern', async () => {
    titles = [['lamp', 'stream 12 B'], ['fan', 'stream 9 B']];
    lenses.closed('file:a.c');
    lenses.schedule();
    await rest();
    assert.equal(refreshes, 0);
  });
});
