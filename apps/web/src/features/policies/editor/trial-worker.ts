import { PolicyEditError, type Rulebook } from '@vibrissa/policy';
import type { ApiGroup, FlowsReply, KnownPoliciesReply } from '@vibrissa/protocol/messages';
import { getJson } from '../../../api/client.js';
import { stopwatch } from '../../../api/stopwatch-clock.js';
import { LineReader } from './line-reader.js';
import { TrialBench } from './trial-bench.js';
import type { TrialNews, TrialRequest } from './trial-messages.js';

/*
 * Runs beside the page: reads what is known and what was seen, and tries changes on it, so that typing is never
 * held up by any of that.
 */

/** As many as the table holds. */
const MOST_LINES = 50_000;
const PAGE = 5_000;

const channel = new MessageChannel();
const bench = new TrialBench(
  stopwatch,
  () =>
    new Promise((resolve) => {
      channel.port1.onmessage = () => resolve();
      channel.port2.postMessage(null);
    }),
);

let last: Extract<TrialRequest, { type: 'try' }> | null = null;
let held: Extract<TrialRequest, { type: 'hold' }> | null = null;
let heldAt = 0;
let reading = new AbortController();

/** ms; lines of a window that moves are read again before a change is tried on older ones. */
const FRESH = 60_000;

self.addEventListener('message', ({ data }: MessageEvent<TrialRequest>) => {
  answer(data).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});

function tell(news: TrialNews): void {
  self.postMessage(news);
}

async function answer(request: TrialRequest): Promise<void> {
  if (request.type === 'know') {
    const { rulebook } = await getJson<KnownPoliciesReply<Rulebook>>('/api/v1/policies/known');
    tell({ type: 'known', names: bench.know(rulebook) });
    await readAndTry();
  } else if (request.type === 'hold') {
    await hold(request);
  } else {
    last = request;
    await readAndTry();
    if (held !== null && held.bounds.to === undefined && stopwatch.now() - heldAt > FRESH) await hold(held);
  }
}

async function readAndTry(): Promise<void> {
  if (last === null) return;
  const { id, change, base } = last;
  tell({ type: 'read', id, reading: bench.read(change, base) });
  await tryAgain();
}

async function tryAgain(): Promise<void> {
  if (last === null) return;
  const { id } = last;
  try {
    const tried = await bench.try();
    if (tried !== null) tell({ type: 'tried', id, ...tried });
  } catch (error) {
    // What is known changed between reading the change and trying it; it is read again with what is known now.
    if (!(error instanceof PolicyEditError)) throw error;
  }
}

/** Reads lines page by page. The ones before stay until the first page is there. */
async function hold(request: Extract<TrialRequest, { type: 'hold' }>): Promise<void> {
  const { filter, bounds } = request;
  held = request;
  heldAt = stopwatch.now();
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  let cursor: string | null = null;
  const reader = new LineReader();
  let isFirst = true;
  do {
    const query = { filter, ...bounds, groupBy: 'connection', limit: PAGE, cursor };
    const page: FlowsReply<ApiGroup> = await getJson('/api/v1/flows', query, signal);
    if (isFirst) bench.forgetLines();
    isFirst = false;
    bench.hold(page.flows.map((group) => reader.read(group)));
    cursor = bench.lines < MOST_LINES ? page.next : null;
    tell({ type: 'held', lines: bench.lines, total: page.total, done: cursor === null });
    await tryAgain();
  } while (cursor !== null && !signal.aborted);
}
