import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { capture } from './project.mjs';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const INSTALLED = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];
/** Where Playwright's own download lies inside its folder, by platform. */
const PLAYWRIGHT_BINARIES = [
  'chrome-linux/chrome',
  'chrome-linux64/chrome',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-win/chrome.exe',
];

/** Keeps a browser of the tests from talking to anyone but the page under test. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The path of a Chromium on this machine: named by `CHROMIUM_PATH`, on the PATH, or downloaded by Playwright.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findChromium(env = process.env) {
  const named = env.CHROMIUM_PATH ?? env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  if (named !== undefined) return existsSync(named) ? named : null;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  return [...onPath, ...playwrightDownloads(env), ...INSTALLED].find((path) => existsSync(path)) ?? null;
}

/** @param {NodeJS.ProcessEnv} env */
function playwrightDownloads(env) {
  const caches = [
    env.PLAYWRIGHT_BROWSERS_PATH,
    join(homedir(), '.cache/ms-playwright'),
    join(homedir(), 'Library/Caches/ms-playwright'),
  ];
  return caches.flatMap((cache) => {
    if (cache === undefined || !existsSync(cache)) return [];
    const versions = readdirSync(cache).filter((name) => name.startsWith('chromium-'));
    return versions.flatMap((version) => PLAYWRIGHT_BINARIES.map((binary) => join(cache, version, binary)));
  });
}

/** Whether this machine lets us install Chromium without asking anyone. */
export function canInstallChromium() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/** @returns {Promise<{ code: number, output: string }>} */
export async function installChromium() {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await capture('apt-get', ['update', '-q'], { env });
  if (update.code !== 0) return update;
  return capture('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], { env });
}

export const NO_CHROMIUM =
  'The browser tests need Chromium. Install it (Debian: apt-get install chromium; macOS: brew install --cask chromium;\n' +
  'anywhere: npx playwright install chromium), or name one with CHROMIUM_PATH=/path/to/chromium.';
