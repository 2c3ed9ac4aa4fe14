/** Ten million rows over a day, written as a server writes them, then asked as the page asks. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { tell } from '../store/child.js';
import { askAll } from './ask.js';
import { buildDay } from './build-day.js';
import { openAt, ownFolder } from './open.js';

const ROWS = 10_000_000;

const path = join(ownFolder(), 'flows.duckdb');
const history = openAt(path);
await history.mark();
const cpu = process.cpuUsage();
await buildDay(history, ROWS);
const { user, system } = process.cpuUsage(cpu);
tell({
  name: 'history, rows laid out and written to an empty file, all threads',
  value: ROWS / ((user + system) / 1e6),
  unit: 'rows/CPU-s',
});
await history.tidy();
tell({ name: 'history, 10 million rows: file', value: statSync(path).size / 2 ** 20, unit: 'MB' });
await askAll(history, '10 million rows', { recent: 50, day: 500 });
await history.close();
process.disconnect();
