import { parentPort, workerData } from 'node:worker_threads';
import type { ResourceFile } from '@vibrissa/policy';
import { parsed } from './parse-files.js';

const port = parentPort;
if (port === null) throw new Error('this runs in a thread of its own, started by parseFiles');

// Given by parseFiles, the only one to start this file.
port.postMessage(parsed(workerData as readonly ResourceFile[]));
