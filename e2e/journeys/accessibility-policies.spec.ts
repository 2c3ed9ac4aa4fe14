import { violations } from '../axe.js';
import { beyondScreen } from '../overflow.js';
import { test } from '../policy-test.js';
import { expect } from '../test.js';

/** Each page once it has something to show, by its address. */
const PAGES: readonly { readonly title: string; readonly path: string; readonly shows: string }[] = [
  { title: 'the board', path: '/policies', shows: 'deny-all' },
  { title: 'a policy', path: '/policies?policy=CalicoNetworkPolicy/payments/ledger-access', shows: 'Rules' },
  {
    title: 'what a change would do',
    path: '/policies?policy=CalicoNetworkPolicy/payments/ledger-access&try=remove',
    shows: 'Newly denied',
  },
  { title: 'recommended policies', path: '/recommend?recommend=payments', shows: 'learned-ledger' },
];

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const PLACES = [
  { place: 'light', use: { colorScheme: 'light' } },
  { place: 'dark', use: { colorScheme: 'dark' } },
  { place: 'on a phone', use: { colorScheme: 'light', ...PHONE } },
  { place: 'on a phone in the dark', use: { colorScheme: 'dark', ...PHONE } },
] as const;

for (const { place, use } of PLACES) {
  test.describe(place, () => {
    test.use(use);

    test('the pages of policies have no faults that axe finds', async ({ page }) => {
      for (const { title, path, shows } of PAGES) {
        await page.goto(path);
        await expect(page.getByRole('main')).toContainText(shows);
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        expect(await violations(page), title).toEqual([]);
        expect(await beyondScreen(page), title).toEqual([]);
      }
    });

    test('nor has the editor with a mistake and with a completion', async ({ page, editor }) => {
      await editor.open();
      expect(await violations(page), 'empty').toEqual([]);
      await editor.paste(
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  nam: x\nspec:\n  ',
      );
      await expect(editor.problems.first()).toBeVisible();
      expect(await violations(page), 'with a mistake').toEqual([]);
      await page.keyboard.type('podS');
      await expect(editor.completion('podSelector')).toBeVisible();
      expect(await violations(page), 'with a completion').toEqual([]);
      expect(await beyondScreen(page)).toEqual([]);
    });

    test('nor has a flow with why, fix and quarantine', async ({ page, flows }) => {
      await flows.open('filter=verdict=deny');
      await flows.lines().first().getByRole('gridcell').last().click();
      await expect(flows.fixes.first()).toContainText('allows nothing else observed');
      await flows.part('Why, rule by rule').getByRole('heading').click();
      await flows.part('Quarantine shop/checkoutservice').getByRole('heading').click();
      await expect(flows.details.getByRole('link', { name: 'Watch what it tries' })).toBeVisible();
      expect(await violations(page)).toEqual([]);
      expect(await beyondScreen(page)).toEqual([]);
    });
  });
}
