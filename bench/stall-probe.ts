/** Loaded into the server's process before it starts: notes how late its event loop is, and tells when asked. */
import { percentile } from './figure.js';
import type { Stalls } from './server-process.js';
import { StallClock } from './stall-clock.js';

const STEP_MS = 5;

const clock = new StallClock();
let stalls: number[] = [];
clock.lap();
setInterval(() => stalls.push(clock.lap()), STEP_MS).unref();

process.on('message', (message) => {
  if (message !== 'stalls') return;
  const answer: Stalls = { loopP99Ms: percentile(stalls, 0.99), loopMaxMs: Math.max(0, ...stalls) };
  stalls = [];
  process.send?.(answer);
});
// The channel must not keep a server alive that was told to stop.
process.channel?.unref();
