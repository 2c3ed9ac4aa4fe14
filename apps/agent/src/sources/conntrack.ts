import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type RecordProblem, writeRecord } from '@vibrissa/protocol/node';
import { FlowAggregator } from '../aggregate/flow-aggregator.js';
import { Alarm } from '../alarm.js';
import { ConnectionTracker } from '../conntrack/connection-tracker.js';
import { AgentError } from '../errors.js';
import type { Logger } from '../logger.js';
import { runChild, TextLines } from './child-lines.js';
import type { FlowSource, Piece } from './flow-source.js';
import type { NodeSourceOptions } from './node-source.js';

export interface ConntrackOptions extends NodeSourceOptions {
  /** `events` runs `conntrack -E`, with listings in between; `proc` reads a file of connections again and again. */
  readonly mode: 'events' | 'proc';
  /** The conntrack program. */
  readonly command: string;
  /** The kernel's list of connections. */
  readonly file: string;
  /** Least time between listings that bring running totals, ms; 0 for none. */
  readonly listMs: number;
  readonly maxConnections: number;
  /** Read to the end and stop: a list once, events until there are no more. */
  readonly once: boolean;
}

/** Asked for so that no events are lost in bursts, bytes. */
const SOCKET_BUFFER = 8_388_608;
/** Listings take at most this part of the time: with many connections they come less often. */
const LISTING_SHARE = 20;
const MOST_RECORDS = 20_000;
const MOST_LINES = 1_000;
const ACCOUNTING = '/proc/sys/net/netfilter/nf_conntrack_acct';

/** The connections of this node, as the kernel's connection tracking tells. */
export function conntrackSource(options: ConntrackOptions): FlowSource {
  const { mode, listMs, node, intervalMs, once, who, clock, log, counts, maxConnections } = options;
  const flows = new FlowAggregator({ node, intervalMs, maxRecords: MOST_RECORDS });
  let problems = 0;
  const onProblem = (problem: RecordProblem) => {
    counts.refused++;
    // The first ones show what is wrong; thousands would hide it.
    if (++problems <= 5) log.warn({ ...problem }, 'a line about a connection was left out');
  };
  const tracker = new ConnectionTracker({
    who,
    flows,
    clock,
    maxConnections,
    hasEvents: mode === 'events',
    hasListings: mode === 'proc' || listMs > 0,
    countsFromStart: once,
    onProblem,
  });
  return { name: 'conntrack', pieces: (signal) => follow(options, flows, tracker, signal) };
}

async function* follow(
  options: ConntrackOptions,
  flows: FlowAggregator,
  tracker: ConnectionTracker,
  signal: AbortSignal,
): AsyncGenerator<Piece> {
  const { mode, listMs, intervalMs, log, counts } = options;
  await adviseAccounting(log);
  const stop = new AbortController();
  const inner = AbortSignal.any([signal, stop.signal]);
  const alarm = new Alarm();
  inner.addEventListener('abort', alarm.ring);
  let ending: { readonly error: unknown } | null = null;
  const main = (
    mode === 'events'
      ? watchEvents(options, flows, tracker, alarm, inner)
      : watchFile(options, flows, tracker, alarm, inner)
  )
    .then(
      () => {
        ending = { error: null };
      },
      (error: unknown) => {
        ending = { error };
      },
    )
    .finally(alarm.ring);
  const lists = mode === 'events' && listMs > 0 ? watchLists(options, tracker, inner) : Promise.resolve();
  const isOver = () => ending !== null || signal.aborted;
  let line = 0;
  try {
    for (;;) {
      if (!isOver()) await alarm.wait(intervalMs);
      // What is there at the end is told too.
      const isLast = isOver();
      tracker.tick();
      counts.untracked = tracker.untracked;
      const lines = flows.drain(tracker.liveOf).map(writeRecord);
      for (let from = 0; from < lines.length; from += MOST_LINES) {
        const some = lines.slice(from, from + MOST_LINES);
        yield { lines: some, numbers: some.map(() => ++line), checkpoint: null };
      }
      if (isLast) break;
    }
    throwIfFailed(ending);
  } finally {
    stop.abort();
    await Promise.all([main, lists]);
  }
}

/** The compiler does not see that a callback sets it. */
function throwIfFailed(ending: { readonly error: unknown } | null): void {
  if (ending !== null && ending.error !== null) throw ending.error;
}

async function watchEvents(
  { command, once, log, counts }: ConntrackOptions,
  flows: FlowAggregator,
  tracker: ConnectionTracker,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  await runChild(
    {
      command,
      args: ['-E', '-o', 'timestamp,id,extended', '-b', String(SOCKET_BUFFER)],
      onLine: (line) => {
        tracker.event(line);
        if (flows.isFull) alarm.ring();
      },
      onOverlong: () => {
        counts.overlong++;
      },
      onComplaint: (line) => {
        if (!line.includes('ENOBUFS')) return;
        counts.overruns++;
        log.warn('events about connections were lost: the kernel had more than its buffer holds');
      },
    },
    signal,
  );
  if (!once && !signal.aborted) throw new AgentError('program-failed', `${command} -E ended`);
}

/** Lists all connections every so often, for what has moved since. */
async function watchLists(
  { command, listMs, clock, log, counts }: ConntrackOptions,
  tracker: ConnectionTracker,
  signal: AbortSignal,
): Promise<void> {
  const alarm = new Alarm();
  signal.addEventListener('abort', alarm.ring);
  let isTold = false;
  while (!signal.aborted) {
    const begun = clock.now();
    tracker.beginListing();
    try {
      await runChild(
        {
          command,
          args: ['-L', '-o', 'extended,id'],
          onLine: (line) => tracker.listed(line),
          onOverlong: () => {
            counts.overlong++;
          },
        },
        signal,
      );
      if (signal.aborted) tracker.abandonListing();
      else tracker.endListing();
    } catch (error) {
      tracker.abandonListing();
      if (!isTold)
        log.warn({ err: error }, 'connections cannot be listed: their bytes are told when they end');
      isTold = true;
    }
    if (!signal.aborted) await alarm.wait(Math.max(listMs, (clock.now() - begun) * LISTING_SHARE));
  }
}

async function watchFile(
  { file, intervalMs, once, clock, counts }: ConntrackOptions,
  flows: FlowAggregator,
  tracker: ConnectionTracker,
  alarm: Alarm,
  signal: AbortSignal,
): Promise<void> {
  const pause = new Alarm();
  signal.addEventListener('abort', pause.ring);
  while (!signal.aborted) {
    const begun = clock.now();
    const lines = new TextLines(
      (line) => {
        tracker.listed(line);
        if (flows.isFull) alarm.ring();
      },
      () => {
        counts.overlong++;
      },
    );
    tracker.beginListing();
    try {
      for await (const chunk of createReadStream(file)) lines.feed(chunk);
    } catch (error) {
      tracker.abandonListing();
      const reason = error instanceof Error ? error.message : String(error);
      throw new AgentError(
        'unreadable-file',
        `VIBRISSA_AGENT_CONNTRACK_FILE=${JSON.stringify(file)}: ${reason}; use --conntrack=events, or load nf_conntrack`,
      );
    }
    lines.end();
    tracker.endListing();
    if (once) return;
    await pause.wait(Math.max(intervalMs, (clock.now() - begun) * LISTING_SHARE));
  }
}

async function adviseAccounting(log: Logger): Promise<void> {
  const setting = await readFile(ACCOUNTING, 'utf8').catch(() => '1');
  if (setting.trim() !== '0') return;
  log.warn(
    'the kernel does not count bytes: they are unknown until sysctl net.netfilter.nf_conntrack_acct=1',
  );
}
