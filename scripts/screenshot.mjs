/** `npm run screenshot`: makes the README's picture, docs/flows.png, from the demo. */
import { mkdirSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { ensureBuilt } from './lib/builds.mjs';
import { CHROMIUM_ARGS, findChromium, NO_CHROMIUM } from './lib/chromium.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inRepo, requireNode } from './lib/project.mjs';
import { startServerProcess } from './lib/server-process.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt(['server', 'page']);

const executablePath = findChromium();
if (executablePath === null) {
  console.error(NO_CHROMIUM);
  process.exit(1);
}
const server = await startServerProcess({ VIBRISSA_PORT: '0', VIBRISSA_DEMO: 'broken-rollout' });
const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  await page.goto(server.url);
  const denied = page.getByRole('row').filter({ hasText: 'checkoutservice' }).filter({ hasText: '8443' });
  await denied.first().getByRole('gridcell').last().click();
  await page.getByRole('complementary', { name: 'Flow details' }).getByText('default-deny').first().waitFor();
  await page.mouse.move(0, 0);
  // Long enough for the sparklines and the rate to have something to show.
  await page.waitForTimeout(5_000);
  mkdirSync(inRepo('docs'), { recursive: true });
  await page.screenshot({ path: inRepo('docs/flows.png') });
  console.log('docs/flows.png is made');
} finally {
  await browser.close();
  await server.end('SIGTERM');
}
