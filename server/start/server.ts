import { runBundle } from './bundle';

runBundle('serverMain.js');
