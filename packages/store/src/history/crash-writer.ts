import { HistoryEngine } from './history-engine.js';
import { optionsFor } from './test-engine.js';
import { partOf } from './test-parts.js';
import { recordOf } from './test-records.js';

/** A process that hands over without end, for tests that kill it: each hand-over in parts, told once it is durable. */
const [, , path = '', parts = '3', rows = '400'] = process.argv;
// A signal that is listened to does not end the process, and the write fails instead.
process.on('SIGXFSZ', () => undefined);
const engine = new HistoryEngine(optionsFor(path));
const mark = await engine.mark();
for (let bucket = (mark?.bucket ?? 0) + 1; ; bucket++) {
  for (let part = 0; part < Number(parts); part++) {
    const records = Array.from({ length: Number(rows) }, (_, at) =>
      recordOf(part * Number(rows) + at, bucket),
    );
    engine.put(partOf(records, part + 1 === Number(parts) ? { segment: bucket, bucket } : null));
  }
  await engine.flushed();
  const durable = (await engine.mark())?.bucket ?? 0;
  const { troubles, dropped, waitingBytes } = engine.status();
  process.stdout.write(
    `${JSON.stringify({ bucket, durable, codes: troubles.map(({ code }) => code), dropped, waitingBytes })}\n`,
  );
}
