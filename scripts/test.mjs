/**
 * `npm test`: types, lint, unit (with contract and integration), build, e2e, lab; the last line sums the tests.
 * `npm test -- unit` runs one part or several; what follows a `--` goes to the runner of that part.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canInstallChromium, findChromium, installChromium, NO_CHROMIUM } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { whyNot } from './lib/lab/needs.mjs';
import { capture, inRepo, requireNode, TOOLS } from './lib/project.mjs';
import { step } from './lib/step.mjs';
import { fromPlaywright, fromVitest, ofStep, sentence } from './lib/tally.mjs';

/** @typedef {import('./lib/tally.mjs').Tally} Tally */

const PARTS = ['types', 'lint', 'unit', 'build', 'e2e', 'lab'];

const words = process.argv.slice(2);
const divider = words.indexOf('--');
const chosen = divider === -1 ? words : words.slice(0, divider);
const forRunner = divider === -1 ? [] : words.slice(divider + 1);
const wrong = chosen.find((part) => !PARTS.includes(part));
if (wrong !== undefined) {
  console.error(`npm test has no part "${wrong}"; it has ${PARTS.join(', ')}.`);
  process.exit(2);
}

requireNode();
await ensureInstalled();

const reports = mkdtempSync(join(tmpdir(), 'vibrissa-test-'));
process.on('exit', () => rmSync(reports, { recursive: true, force: true }));

/** @type {Tally[]} */
const tallies = [];
/** @type {string[]} */
const notRun = [];

if (isChosen('types')) record(await step('types', () => node([TOOLS.tsc, '-b'])));
if (isChosen('lint')) {
  record(await step('lint', () => node([TOOLS.biome, 'check', '.'])));
  record(await step('imports', () => node(['scripts/check-imports.mjs'])));
}
if (isChosen('unit')) await runVitest();
// The browser tests run what was built, so they are never without a build.
const built = isChosen('build') || isChosen('e2e') ? await build() : true;
if (isChosen('e2e')) {
  if (built) await runPlaywright();
  else omit('e2e', 'there is no build');
}
if (isChosen('lab')) {
  if (built) await runLab();
  else omit('lab', 'there is no build');
}

console.log([sentence(tallies), ...notRun.map((part) => `${part} not run`)].join(', '));
process.exitCode = tallies.some(({ failed }) => failed > 0) ? 1 : 0;

async function runVitest() {
  const report = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const succeeded = await step('unit, contract and integration tests', () =>
    node([TOOLS.vitest, 'run', ...reporters, ...forRunner], { CI: '1' }),
  );
  record(succeeded, readReport(report, fromVitest));
}

async function build() {
  const succeeded = await step('build', () => node(['scripts/build.mjs']));
  record(succeeded);
  return succeeded;
}

async function runPlaywright() {
  if (findChromium() === null && canInstallChromium()) await step('installing Chromium', installChromium);
  const report = join(reports, 'playwright.json');
  const succeeded = await step('browser tests', async () =>
    findChromium() === null
      ? { code: 1, output: NO_CHROMIUM }
      : node([TOOLS.playwright, 'test', '--config', 'e2e', '--reporter=line,json', ...forRunner], {
          CI: '1',
          PLAYWRIGHT_JSON_OUTPUT_NAME: report,
        }),
  );
  record(succeeded, readReport(report, fromPlaywright));
}

/** The lab makes a node of its own on this kernel, which not every machine lets it. */
async function runLab() {
  const reason = await whyNot();
  if (reason !== null) return omit('lab', reason);
  const report = join(reports, 'lab.json');
  const succeeded = await step('lab', () => node(['scripts/lab.mjs', `--report=${report}`]));
  record(
    succeeded,
    readReport(report, (/** @type {Tally} */ tally) => tally),
  );
}

/**
 * Says that a part is left out, here and in the last line: what was not run has not passed.
 * @param {string} part
 * @param {string} reason
 */
function omit(part, reason) {
  console.log(`${part} … not run: ${reason}`);
  notRun.push(part);
}

/**
 * @param {boolean} succeeded
 * @param {Tally | null} [told]
 */
function record(succeeded, told = null) {
  tallies.push(ofStep(succeeded, told));
}

/**
 * @template Report
 * @param {string} path
 * @param {(report: Report) => Tally} read
 */
function readReport(path, read) {
  return existsSync(path) ? read(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

/**
 * @param {readonly string[]} args the script from the root of the repository, and its arguments
 * @param {Record<string, string>} [env]
 */
function node([script = '', ...args], env = {}) {
  return capture(process.execPath, [inRepo(script), ...args], { env });
}

/** @param {string} part */
function isChosen(part) {
  return chosen.length === 0 || chosen.includes(part);
}
