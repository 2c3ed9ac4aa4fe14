import { expect, test } from '../test.js';

test.use({ scenario: 'online-shop' });

const OWN_RECORD = {
  reporter: 'dst',
  action: 'deny',
  source: { namespace: 'lab', name: 'curl' },
  dest: { namespace: 'lab', name: 'web-*' },
  port: 8080,
  protocol: 'tcp',
  enforced: ['0|default|np:lab/closed|deny|0'],
  pending: ['0|default|np:lab/closed|deny|0'],
};

test('the first real record ends the demo and is on screen alone', async ({ page, flows }) => {
  await flows.open();
  await expect(flows.demo).toContainText('Demo cluster');
  await expect(flows.demo).toContainText('online-shop');

  const end = Date.now();
  const reply = await page.request.post('/api/v1/flows', {
    headers: { 'content-type': 'application/x-ndjson' },
    data: JSON.stringify({ ...OWN_RECORD, start: end - 5_000, end }),
  });
  expect(await reply.json()).toEqual({ accepted: 1, rejected: 0, duplicate: 0, errors: [] });
  await expect(flows.line({ source: 'curl', dest: 'web', port: 8080 })).toBeVisible();
  await expect(flows.lines()).toHaveCount(1);
  await expect(flows.demo).toBeHidden();
});
