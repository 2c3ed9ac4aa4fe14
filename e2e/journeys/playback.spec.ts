import { test } from '../past-test.js';
import { BUCKET } from '../records.js';
import { expect } from '../test.js';
import { STEPS, stepName, windowQuery, yesterdayAt } from '../yesterday.js';

const MINUTE = 60_000;
const QUERY = `${windowQuery(STEPS.from, STEPS.to)}&filter=namespace=steps`;

/** Where the playhead is after so many buckets. */
const head = (buckets: number) => String(yesterdayAt(STEPS.from) + buckets * BUCKET);

test('a window is played, stepped through bucket by bucket, and ends where it ends', async ({
  page,
  flows,
  playback,
}) => {
  await flows.open(QUERY);
  await expect(flows.lines()).toHaveCount(STEPS.count);
  const expectSteps = async (first: number, last: number) => {
    await expect(flows.lines()).toHaveCount(last - first + 1);
    for (let index = first; index <= last; index++) {
      await expect(flows.line({ source: stepName(index) })).toBeVisible();
    }
  };

  await page.keyboard.press('p');
  await expect(playback.halt).toBeVisible();
  await expect(flows.table).toBeVisible();
  await page.keyboard.press('Space');
  await expect(playback.play).toBeVisible();

  await playback.playhead.press('Home');
  await expect(playback.playhead).toHaveValue(head(1));
  await expectSteps(0, 0);

  await page.keyboard.press('.');
  await expectSteps(0, 1);
  for (const buckets of [3, 4, 5, 6]) {
    await page.keyboard.press('.');
    await expect(playback.playhead).toHaveValue(head(buckets));
  }
  // What is shown is the minute before the playhead.
  await expectSteps(2, 5);
  await page.keyboard.press(',');
  await expectSteps(1, 4);
  await expect.poll(() => flows.query().get('play')).toBe(`10x,1m,${head(5)}`);

  await playback.speed(60).click();
  await playback.play.click();
  await expect(playback.playAgain).toBeVisible({ timeout: 30_000 });
  await expect(playback.playhead).toHaveValue(head(STEPS.count));
  await expectSteps(STEPS.count - MINUTE / BUCKET, STEPS.count - 1);

  // It was the same table all along.
  await playback.leave.click();
  await expect(playback.bar).toBeHidden();
  await expect(flows.lines()).toHaveCount(STEPS.count);
});

test('a link to a halted playback shows the same moment to another', async ({ flows, playback }) => {
  await flows.open(`${QUERY}&play=10x,1m,${head(8)}`);
  await expect(playback.play).toBeVisible();
  await expect(playback.playhead).toHaveValue(head(8));
  await expect(flows.lines()).toHaveCount(4);
  await expect(flows.line({ source: stepName(4) })).toBeVisible();
  await flows.openLine(flows.line({ source: stepName(7) }));
  await expect(flows.headline).toContainText('stage');
});
