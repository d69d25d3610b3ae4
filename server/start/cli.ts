import { runBundle } from './bundle';

runBundle('cliMain.js');
