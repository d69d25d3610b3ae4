import { ProposedFeatures, createConnection } from 'vscode-languageserver/node';
import { startServer } from './lsp/server';

if (!process.argv.some((word) => /^--(stdio|node-ipc|socket=|pipe=)/.test(word))) {
  process.stderr.write('usage: server.js --stdio | --node-ipc | --pipe=NAME | --socket=PORT\n');
  process.exit(2);
}
startServer(createConnection(ProposedFeatures.all));
