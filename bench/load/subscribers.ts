/** The program of SubscriberProcess: opens the subscriptions, then tells what came in whenever asked. */
import { LiveSubscriber } from './live-subscriber.js';
import type { Seen, Subscriptions } from './subscriber-process.js';

/** As far back as the page looks. */
const SINCE_MS = -15 * 60_000;
/** Opened at once; a crowd that all comes in one moment is another benchmark. */
const TOGETHER = 10;
const SAMPLED_LATENCIES = 100_000;

const { url, filters, subscribers }: Subscriptions = JSON.parse(process.argv[2] ?? '');
const open: LiveSubscriber[] = [];
while (open.length < subscribers) {
  const some = await Promise.all(
    Array.from({ length: Math.min(TOGETHER, subscribers - open.length) }, (_, at) =>
      LiveSubscriber.open(url, {
        filter: filters[(open.length + at) % filters.length] ?? '',
        since: SINCE_MS,
      }),
    ),
  );
  await Promise.all(some.map((subscriber) => subscriber.ready));
  open.push(...some);
}
process.on('message', () => process.send?.(take()));
process.send?.('ready');

function take(): Seen {
  const seen = { rows: 0, skipped: 0, bytes: 0 };
  const latencies: number[] = [];
  for (const subscriber of open) {
    const { rows, skipped, bytes, latencies: some } = subscriber.take();
    seen.rows += rows;
    seen.skipped += skipped;
    seen.bytes += bytes;
    for (const latency of some) latencies.push(latency);
  }
  const every = Math.ceil(latencies.length / SAMPLED_LATENCIES);
  return { ...seen, latencies: latencies.filter((_, at) => at % every === 0) };
}
