/** `npm run bench`: every figure with its target; `npm run bench -- ingest store` only these parts. */
import { ensureBuilt } from './lib/builds.mjs';
import { become } from './lib/child.mjs';
import { findChromium } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { capture, inRepo, requireNode, TOOLS } from './lib/project.mjs';
import { mustStep } from './lib/step.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt(['server', 'page']);
await mustStep('building the benchmark', () => capture(process.execPath, [inRepo(TOOLS.tsc), '-b', 'bench']));
become(process.execPath, [inRepo('bench/dist/main.js'), ...process.argv.slice(2)], {
  cwd: process.cwd(),
  env: { ...process.env, CHROMIUM_PATH: findChromium() ?? '' },
});
