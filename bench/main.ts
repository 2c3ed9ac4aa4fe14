import { availableParallelism, cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureAll } from './all.js';
import { measureConntrack } from './conntrack.js';
import { measureCrash } from './crash.js';
import { type Figure, figureLine } from './figure.js';
import { measureGoldmane, measureReceipts } from './goldmane.js';
import { measureHistory, measureHistoryQueries, measureHistorySize, measureLargeHistory } from './history.js';
import { measureHubble } from './hubble.js';
import { measureIngest } from './ingest.js';
import { measureLive } from './live.js';
import { type Options, readCommand } from './options.js';
import { measurePage } from './page.js';
import { measurePolicy } from './policy.js';
import { measureRecommend } from './recommend.js';
import { measureRestart } from './restart.js';
import { measureServerRollover } from './store/server-rollover.js';
import { measureStore } from './store.js';
import { measureWhatIf } from './what-if.js';
import { measureWhisker } from './whisker.js';

type Part = (report: (figure: Figure) => void, options: Options) => Promise<void>;

/** The longest a part may take; most take half of it on a machine that does nothing else. */
const MOST_MS = 120_000;

const PARTS: Readonly<Record<string, Part>> = {
  ingest: measureIngest,
  goldmane: measureGoldmane,
  receipts: measureReceipts,
  store: measureStore,
  live: measureLive,
  all: measureAll,
  page: measurePage,
  policy: measurePolicy,
  'what-if': measureWhatIf,
  recommend: measureRecommend,
  rollover: measureServerRollover,
  whisker: measureWhisker,
  conntrack: measureConntrack,
  hubble: measureHubble,
  crash: measureCrash,
  restart: measureRestart,
  history: measureHistory,
  'history-queries': measureHistoryQueries,
  'history-size': measureHistorySize,
  'history-large': measureLargeHistory,
};

async function main(): Promise<void> {
  const { parts, profileTo } = readCommand(process.argv.slice(2), Object.keys(PARTS));
  const options: Options = { profileTo, chromium: process.env.CHROMIUM_PATH ?? '' };
  const [model] = cpus().map((cpu) => cpu.model.trim());
  console.log(
    `${availableParallelism()} cores (${model}), Node ${process.versions.node}, ` +
      `load before ${loadavg()[0]?.toFixed(1)}`,
  );
  for (const name of parts) {
    const part = PARTS[name]?.((figure) => console.log(figureLine(figure)), options);
    await Promise.race([part, tooLong(name)]).catch((error: unknown) => {
      // The figures of the other parts are worth having all the same.
      process.exitCode = 1;
      console.error(error instanceof Error ? error.message : error);
    });
  }
}

/** A part that hangs must not keep the others from being measured for ever. */
async function tooLong(name: string): Promise<never> {
  await sleep(MOST_MS, undefined, { ref: false });
  throw new Error(`${name} took more than ${MOST_MS / 1000} s`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
