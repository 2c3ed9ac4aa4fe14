import { violations } from '../axe.js';
import { test } from '../past-test.js';
import { expect } from '../test.js';
import { windowQuery } from '../yesterday.js';

const HOUR = windowQuery('14:00', '15:00');

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('the overview has no faults that axe finds, as charts and as a table', async ({
      page,
      overview,
    }) => {
      await overview.open(HOUR);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Denied pairs as a table' }).click();
      await expect(page.getByRole('table', { name: /Denied pairs/ })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the panel of time and the timeline have none', async ({ page, flows, timeline }) => {
      await flows.open(HOUR);
      await timeline.control.click();
      await timeline.typed.fill('yesterday 13:00');
      await expect(timeline.understood).toContainText('Yesterday');
      expect(await violations(page)).toEqual([]);
      await timeline.typed.fill('yesterdy');
      await expect(timeline.typed).toHaveAttribute('aria-invalid', 'true');
      expect(await violations(page)).toEqual([]);
    });

    test('a comparison and an open change have none', async ({ page, flows, comparison }) => {
      await page.goto(`/?${HOUR}&compare=before`);
      await comparison.changesIn(comparison.parts.first()).first().getByRole('button').click();
      await expect(flows.details.getByRole('table')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await comparison.menu.click();
      await expect(comparison.choices.getByRole('button', { name: 'The window before' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('playback has none', async ({ page, flows, playback }) => {
      await flows.open(`${HOUR}&play=10x,1h`);
      await playback.halt.click();
      await expect(playback.play).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

    test('the menus of saved views and of exports have none', async ({ page, flows, views }) => {
      await flows.open(HOUR);
      await views.menu.click();
      await expect(views.panel.getByRole('textbox')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Export' }).click();
      await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}
