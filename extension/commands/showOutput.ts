import type { Tools } from '../commands';

/** Shows what the language server and the extension logged. */
export function showOutput({ client }: Pick<Tools, 'client'>): Promise<void> {
  client.output.show(true);
  return Promise.resolve();
}
