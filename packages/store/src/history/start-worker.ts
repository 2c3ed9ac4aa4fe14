import { Worker } from 'node:worker_threads';
import type { HistoryOptions } from './history-options.js';

/**
 * Starts the history's thread: from its source where this file is one, as in development and tests, else as it was
 * built. No flags of the process go along: one that watches, say, makes no sense in a thread.
 */
export function startWorker(options: Omit<HistoryOptions, 'clock'>): Worker {
  const workerData = options;
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./history-worker.js', import.meta.url), { workerData, execArgv: [] });
  const source = new URL('./history-worker.ts', import.meta.url);
  // A thread does not take the loader of TypeScript over from the process.
  const script = `import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(source.href)});
  })`;
  return new Worker(script, { eval: true, workerData, execArgv: ['--conditions=source'] });
}
