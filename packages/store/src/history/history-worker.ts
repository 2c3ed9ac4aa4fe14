import { parentPort, workerData } from 'node:worker_threads';
import { HistoryEngine } from './history-engine.js';
import { HistoryHost } from './history-host.js';
import type { Request } from './history-messages.js';
import type { HistoryOptions } from './history-options.js';
import { workerClock } from './worker-clock.js';

const port = parentPort;
if (port === null) throw new Error('the history worker runs in a thread of its own, started by openHistory');

// Given by openHistory, the only one to start this file.
const options = workerData as Omit<HistoryOptions, 'clock'>;
const host = new HistoryHost(new HistoryEngine({ ...options, clock: workerClock }), port);
port.on('message', (request: Request) => host.take(request));
