import type { SeriesReply, TopReply } from '@vibrissa/protocol/messages';
import { systemClock } from './clock.js';
import { AgentSender, type CrashSender, FelixSender, HttpSender, RECORD } from './test-crash-senders.js';
import { freePort, ServerProcess } from './test-process.js';

/** What the records of a sender move, each. */
interface Moves {
  readonly bytes: number;
  readonly packets: number;
}

const LINE: Moves = {
  bytes: RECORD.bytesIn + RECORD.bytesOut,
  packets: RECORD.packetsIn + RECORD.packetsOut,
};
const UPDATE: Moves = { bytes: RECORD.bytesIn, packets: 0 };

const HOUR_MS = 3_600_000;

/** What was acknowledged must be shown within this time, ms. */
const SHOWN_WITHIN_MS = 3_000;

export interface CrashOptions {
  readonly rounds: number;
  readonly data: string;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly env?: Readonly<Record<string, string>>;
  /** No further round is begun after this long, ms. */
  readonly mostMs?: number;
  readonly log?: (line: string) => void;
}

export interface CrashReport {
  readonly rounds: number;
  /** Kills while what was there before was being read back. */
  readonly killsInRestore: number;
  readonly acknowledged: number;
  /** Records acknowledged of which the server knew nothing after a kill. */
  readonly lost: number;
  /** Records it showed more often than they were sent. */
  readonly doubled: number;
  /** Of each start, until it let senders in, ms. */
  readonly startMs: readonly number[];
}

/**
 * Sends over every way in, kills the server at random moments and compares what it shows with what it acknowledged,
 * which is counted on this side alone. Memory holds a few seconds, so that most of it went through the history.
 */
export async function crashRounds(options: CrashOptions): Promise<CrashReport> {
  const { rounds, data, random, mostMs = Number.POSITIVE_INFINITY } = options;
  const [port, goldmanePort] = [await freePort(), await freePort()];
  const env = {
    VIBRISSA_DATA: data,
    VIBRISSA_GOLDMANE_PORT: String(goldmanePort),
    VIBRISSA_BUCKET_MS: '1000',
    VIBRISSA_BUCKETS: '4',
    ...options.env,
  };
  const senders: readonly (readonly [CrashSender, Moves])[] = [
    [new AgentSender('node-1', random, 0), LINE],
    [new AgentSender('node-2', random, HOUR_MS), LINE],
    [new HttpSender(random), LINE],
    [new FelixSender(`127.0.0.1:${goldmanePort}`), UPDATE],
  ];
  const startMs: number[] = [];
  let [lost, doubled, killsInRestore, round] = [0, 0, 0, 0];
  const begun = performance.now();
  const start = async () => {
    const at = performance.now();
    const server = await ServerProcess.start(port, env);
    startMs.push(performance.now() - at);
    return server;
  };
  const compare = async (url: string) => {
    // The history is shown what memory holds a second late at most.
    const deadline = performance.now() + SHOWN_WITHIN_MS;
    let errors = await differences(url, senders);
    while (errors.length > 0 && performance.now() < deadline) {
      await pause(200);
      errors = await differences(url, senders);
    }
    for (const error of errors) options.log?.(`round ${round}: ${error.text}`);
    lost += errors.reduce((sum, error) => sum + error.lost, 0);
    doubled += errors.reduce((sum, error) => sum + error.doubled, 0);
  };
  let server = await start();
  try {
    for (; round < rounds && performance.now() - begun < mostMs; round++) {
      const stopping = new AbortController();
      const sending = senders.map(([sender], at) =>
        sender.run(server.url, 1_000 + round * senders.length + at, stopping.signal),
      );
      await pause(100 + random() * 1_200);
      await server.kill();
      stopping.abort();
      await Promise.all(sending);
      for (; random() < 0.3; killsInRestore++) {
        const short = await ServerProcess.begin(port, env);
        await pause(50 + random() * 600);
        await short.kill();
      }
      server = await start();
      await compare(server.url);
    }
    // What had no answer is sent again, and then there is nothing left to doubt.
    const over = AbortSignal.abort();
    await Promise.all(senders.map(([sender]) => sender.run(server.url, 999, over)));
    await compare(server.url);
  } finally {
    await server.kill();
  }
  const acknowledged = senders.reduce((sum, [{ account }]) => sum + total(account.acknowledged), 0);
  return { rounds: round, killsInRestore, acknowledged, lost, doubled, startMs };
}

interface Difference {
  readonly text: string;
  readonly lost: number;
  readonly doubled: number;
}

/** Where what the server shows is not what it acknowledged. */
async function differences(
  url: string,
  senders: readonly (readonly [CrashSender, Moves])[],
): Promise<Difference[]> {
  const window = `from=${-8 * 24 * HOUR_MS}&to=${systemClock.now() + 3 * HOUR_MS}`;
  const top = await ask<TopReply>(`${url}/api/v1/top?by=port&measure=connections&limit=1000&${window}`);
  const shown = new Map(top.rows.map((row) => [Number(row.values[0]), row]));
  const found: Difference[] = [];
  let bytes = 0;
  for (const [{ account }, moves] of senders) {
    for (const port of new Set([...account.acknowledged.keys(), ...account.open.keys()])) {
      const row = shown.get(port);
      const least = account.acknowledged.get(port) ?? 0;
      const most = least + (account.open.get(port) ?? 0);
      const records = row?.connections ?? 0;
      const text = `port ${port} shows ${records} records, acknowledged are ${least}, sent ${most}`;
      if (records < least || records > most) {
        found.push({ text, lost: Math.max(0, least - records), doubled: Math.max(0, records - most) });
      }
      if (row === undefined) continue;
      bytes += row.bytes;
      if (row.bytes !== records * moves.bytes || row.packets !== records * moves.packets) {
        found.push({ text: `${text}; ${row.bytes} bytes, ${row.packets} packets`, lost: 0, doubled: 1 });
      }
    }
  }
  const series = await ask<SeriesReply>(`${url}/api/v1/series?measure=bytes&step=0&${window}`);
  const sum = series.points.reduce((all, { allow, deny, pendingDeny, unknown }) => {
    return all + allow + deny + pendingDeny + unknown;
  }, 0);
  if (sum !== bytes) found.push({ text: `the series shows ${sum} bytes of ${bytes}`, lost: 0, doubled: 1 });
  return found;
}

async function ask<Reply>(url: string): Promise<Reply> {
  const reply = await fetch(url);
  // What the server's own schemas describe.
  if (reply.ok) return (await reply.json()) as Reply;
  throw new Error(`${url} answers ${reply.status}: ${await reply.text()}`);
}

function total(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
