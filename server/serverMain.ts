import { serveProcess } from './lsp/process';

serveProcess(process.argv.slice(2));
