import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, findChromium } from '../scripts/lib/chromium.mjs';
import type { StackOptions } from './test.js';

const executablePath = findChromium();

export default defineConfig<object, StackOptions>({
  testDir: 'journeys',
  outputDir: 'test-results',
  forbidOnly: process.env.CI !== undefined,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    // A trace costs a quarter of a run; `npm test -- e2e -- --trace on` keeps one where a test fails.
    trace: 'off',
    // A page that still moves is compared and clicked at the wrong place.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { args: [...CHROMIUM_ARGS], ...(executablePath === null ? {} : { executablePath }) },
  },
});
