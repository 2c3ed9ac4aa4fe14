import { Comparison } from './pages/Comparison.js';
import { OverviewPage } from './pages/OverviewPage.js';
import { Playback } from './pages/Playback.js';
import { SavedViews } from './pages/SavedViews.js';
import { Timeline } from './pages/Timeline.js';
import { send } from './records.js';
import { test as base } from './test.js';
import { yesterdaysRecords, ZONE } from './yesterday.js';

interface Fixtures {
  readonly timeline: Timeline;
  readonly playback: Playback;
  readonly comparison: Comparison;
  readonly views: SavedViews;
  readonly overview: OverviewPage;
}

interface WorkerFixtures {
  /** Yesterday, as it is on the server. */
  readonly yesterday: undefined;
}

/** The journeys' `test` on a server that has kept yesterday, for a reader who has noon. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  scenario: ['off', { scope: 'worker' }],
  keeps: [true, { scope: 'worker' }],
  timezoneId: ZONE,

  yesterday: [
    async ({ stack }, use) => {
      await send(stack.url, yesterdaysRecords());
      await use(undefined);
    },
    { scope: 'worker', auto: true },
  ],

  timeline: ({ page }, use) => use(new Timeline(page)),
  playback: ({ page }, use) => use(new Playback(page)),
  comparison: ({ page }, use) => use(new Comparison(page)),
  views: ({ page }, use) => use(new SavedViews(page)),
  overview: ({ page }, use) => use(new OverviewPage(page)),
});
