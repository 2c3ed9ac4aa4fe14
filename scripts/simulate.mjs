/**
 * `npm run simulate`: plays a scenario as flow records in our NDJSON format, a second at a time, to a server
 * (`--to`), to a log file that an agent can follow (`--out`), or to standard output.
 */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { millis } from '@vibrissa/model';
import { writeRecord } from '@vibrissa/protocol';
import { createPlay, isScenarioName, SCENARIO_NAMES, SCENARIOS } from '@vibrissa/simulator';
import { appendRotating } from './lib/log-file.mjs';

const HELP = `npm run simulate -- [options]

  --scenario=<name>  what to play: ${SCENARIO_NAMES.join(', ')} (online-shop)
  --to=<url>         post to this server, e.g. http://127.0.0.1:8081
  --out=<file>       append to this file; at 64 MB it is renamed to <file>.1 and begun anew
  --past=<seconds>   begin with what happened before now (0)
  --for=<seconds>    stop after this long; 0 tells the past only (never stop)
  --seed=<number>    another seed is another run of the same story (1)
  --scale=<number>   that many copies of the cluster's namespaces (1)

Without --to and --out the records go to standard output.`;

const LARGEST_FILE = 64 * 1024 * 1024;
const LARGEST_BATCH = 1_000;
const STEP = 1_000;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'online-shop' },
    to: { type: 'string' },
    out: { type: 'string' },
    past: { type: 'string', default: '0' },
    for: { type: 'string' },
    seed: { type: 'string', default: '1' },
    scale: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
if (!isScenarioName(values.scenario)) {
  refuse(`there is no scenario "${values.scenario}"; there are ${SCENARIO_NAMES.join(', ')}`);
}

const begun = Date.now();
const past = numberOf('past', values.past) * 1000;
const end = values.for === undefined ? Number.POSITIVE_INFINITY : begun + numberOf('for', values.for) * 1000;
const play = createPlay(SCENARIOS[values.scenario], {
  seed: numberOf('seed', values.seed),
  scale: numberOf('scale', values.scale),
  start: millis(begun),
});
const send =
  values.to !== undefined ? post(values.to) : values.out !== undefined ? append(values.out) : print;

for (let from = begun - past; from < end; from += STEP) {
  const late = from + STEP - Date.now();
  if (late > 0) await wait(late);
  const lines = play.records(millis(from), millis(from + STEP)).map((record) => writeRecord(record));
  for (let at = 0; at < lines.length; at += LARGEST_BATCH) {
    await send(`${lines.slice(at, at + LARGEST_BATCH).join('\n')}\n`);
  }
}

/**
 * @param {string} server
 * @returns {(text: string) => Promise<void>}
 */
function post(server) {
  const url = new URL('/api/v1/flows', server);
  return async (text) => {
    try {
      const reply = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: text,
      });
      if (!reply.ok) console.error(`${url} answers ${reply.status}: ${await reply.text()}`);
    } catch (error) {
      console.error(`cannot reach ${url}, these records are lost: ${error}`);
    }
  };
}

/**
 * @param {string} file
 * @returns {(text: string) => Promise<void>}
 */
function append(file) {
  return async (text) => appendRotating(file, text, LARGEST_FILE);
}

/** @param {string} text */
async function print(text) {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/**
 * @param {string} name
 * @param {string} text
 */
function numberOf(name, text) {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) refuse(`--${name} wants a number, not "${text}"`);
  return value;
}

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}
