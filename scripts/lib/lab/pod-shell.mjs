import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LabError } from './run.mjs';

const PROGRAM = fileURLToPath(new URL('./pod-process.mjs', import.meta.url));

/**
 * A process inside a pod's network namespace that does what it is told.
 * @typedef {import('./pod-process.mjs').Order} Order
 * @typedef {import('./pod-process.mjs').Outcome} Outcome
 * @typedef {{ tell: (order: Order) => Promise<Outcome>, end: () => void }} PodShell
 */

/**
 * Starts the process of a pod and waits until it listens to orders.
 * @param {string} namespace
 * @returns {Promise<PodShell>}
 */
export async function startPod(namespace) {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  /** @type {Map<number, { resolve: (outcome: Outcome) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  let last = 0;
  let stopping = false;

  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new LabError('pod-failed', `pod ${namespace} ended with ${code}`)));
  });
  child.on('message', (/** @type {{ id: number, outcome?: Outcome, error?: string }} */ reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.outcome !== undefined) asked?.resolve(reply.outcome);
    else asked?.reject(new LabError('pod-failed', `pod ${namespace}: ${reply.error}`));
  });
  child.on('exit', () => {
    for (const { reject } of waiting.values()) {
      reject(new LabError('pod-failed', `pod ${namespace} ended in the middle of an order`));
    }
    waiting.clear();
  });
  return {
    tell: (order) =>
      new Promise((resolve, reject) => {
        if (stopping) return reject(new LabError('pod-failed', `pod ${namespace} has been stopped`));
        last++;
        waiting.set(last, { resolve, reject });
        child.send({ id: last, order });
      }),
    end: () => {
      stopping = true;
      child.kill('SIGTERM');
    },
  };
}
