import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../test.js';

test.use({ scenario: 'off' });

const DOCUMENTS = fileURLToPath(
  new URL('../../../shared/data/calico/enterprise-flowlogs-docs.json', import.meta.url),
);

interface Documented {
  readonly rec: Readonly<Record<string, unknown>>;
}

/** The flow logs of Calico's documentation, moved to the last minute. */
function documentedFlowLogs(): string {
  const documents: readonly Documented[] = JSON.parse(readFileSync(DOCUMENTS, 'utf8'));
  const end = Math.floor(Date.now() / 1000);
  return documents
    .map(({ rec }) => JSON.stringify({ ...rec, start_time: end - 15, end_time: end }))
    .join('\n');
}

test('without an agent the page waits; documented flow logs are taken in and shown', async ({
  page,
  flows,
}) => {
  test.skip(!existsSync(DOCUMENTS), 'the documented flow logs are not on this machine');
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Waiting for the first flow' })).toBeVisible();

  const reply = await page.request.post('/api/v1/flows', {
    headers: { 'content-type': 'application/x-ndjson' },
    data: documentedFlowLogs(),
  });
  const result = await reply.json();
  expect(result.errors).toEqual([]);
  expect(result.accepted).toBeGreaterThan(5);

  const denied = flows.line({ source: 'multitool', dest: 'checkoutservice', port: 5050 });
  await expect(denied).toContainText('Denied');
  await expect(flows.line({ source: 'access', dest: 'nginx', port: 80 })).toBeVisible();
  await flows.openLine(denied);
  await expect(flows.details).toContainText('multitool');
});
