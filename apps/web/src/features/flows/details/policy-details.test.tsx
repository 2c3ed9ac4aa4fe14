// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ApiFix, ApiSideSteps, FixesReply, WhyReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aHealth } from '../../../live/test-health.js';
import { aConnectedStore } from '../../../live/test-store.js';
import { LiveProvider } from '../../../live/useLiveFlows.js';
import { AppliedNotice } from '../../../view/policy/AppliedNotice.js';
import { tellApplied } from '../../../view/policy/applied.js';
import { keptDraft } from '../../../view/policy/trial-draft.js';
import { FlowDetails } from './FlowDetails.js';
import { aGroup, aHit, aReport, aRow } from './test-groups.js';

const NONE = { lines: 0, connections: 0, bytes: 0 };
const NOTHING_ELSE = { 'newly-denied': NONE, 'newly-allowed': NONE, uncertain: NONE };
const TRACE_HEADLINE = 'ledger-0 refused the call';
const HEADLINE =
  'Denied at ledger on ingress: the nearest was rule 1 of ledger-access, which wants port 8080.';

const ARRIVING: ApiSideSteps = {
  direction: 'ingress',
  title: 'Arriving at ledger',
  verdict: 'deny',
  tiers: [
    {
      tier: 'security',
      outcome: 'deny',
      end: 'no rule matched, so tier security denies it',
      policies: [
        {
          policy: {
            kind: 'CalicoNetworkPolicy',
            namespace: 'payments',
            name: 'ledger-access',
            tier: 'security',
          },
          order: 100,
          selects: 'yes',
          rules: [
            {
              index: 0,
              written: 0,
              action: 'allow',
              match: 'no',
              text: 'allows TCP 8080 from checkout',
              conditions: [
                { match: 'yes', wants: 'TCP', has: 'TCP' },
                { match: 'no', wants: 'port 8080', has: '8443' },
              ],
            },
          ],
        },
      ],
    },
  ],
  profile: null,
  cannotTell: [],
  notModelled: [],
};

const WHY: WhyReply = {
  headline: HEADLINE,
  knowsPolicies: true,
  observed: 'deny',
  evaluated: 'deny',
  afterStaging: 'deny',
  sides: [ARRIVING],
  disagreements: [],
  notes: [],
};

function aFix(change: Partial<ApiFix>): ApiFix {
  return {
    kind: 'edit-rule',
    title: 'Let rule 1 of ledger-access accept port 8443 too',
    yaml: 'kind: NetworkPolicy\n',
    diff: '@@ -1,1 +1,2 @@\n - 8080\n+- 8443\n',
    command: null,
    caveats: [],
    allows: 'yes',
    others: NOTHING_ELSE,
    examples: [],
    change: { yaml: 'kind: NetworkPolicy\n' },
    ...change,
  };
}

const FIXES: FixesReply = {
  fixes: [
    aFix({}),
    aFix({
      kind: 'new-policy',
      title: 'Let ledger accept it in a policy of its own',
      others: { ...NOTHING_ELSE, 'newly-allowed': { lines: 3, connections: 9, bytes: 0 } },
    }),
  ],
  notes: [],
  lines: 41,
};

interface Answers {
  readonly why?: WhyReply | null;
  readonly fixes?: FixesReply;
}

/** Opens the details of a denied call in a simulated cluster; what is not answered does not exist. */
async function open({ why = WHY, fixes = FIXES }: Answers = {}) {
  const sent: [path: string, body: unknown][] = [];
  const hit = aHit({ ruleIndex: -1, kind: 'EndOfTier', namespace: '', name: '' });
  const group = aGroup({
    verdict: 'deny',
    pendingVerdict: 'deny',
    decidedBy: hit,
    flows: [aReport({ verdict: 'deny', pendingVerdict: 'deny', enforced: [hit] })],
  });
  const answers: Record<string, unknown> = {
    '/api/v1/flows': { flows: [group], total: 1, next: null, from: 0, to: 1 },
    '/api/v1/series': { stepMs: 15_000, measure: 'packets', points: [] },
    ...(why !== null && { '/api/v1/policies/why': why }),
    '/api/v1/policies/fixes': fixes,
    '/api/v1/policies/apply': { done: ['NetworkPolicy payments/ledger-access was put'], version: 2 },
    '/api/v1/policies/reset': { done: ['One change was taken back'], version: 3 },
  };
  vi.stubGlobal('fetch', (url: string, { body }: RequestInit) => {
    const { pathname } = new URL(url, window.location.href);
    sent.push([pathname, typeof body === 'string' ? JSON.parse(body) : null]);
    const answer = answers[pathname];
    const missing = { error: { code: 'not-found', message: 'There is no such thing.' } };
    return Promise.resolve(
      new Response(JSON.stringify(answer ?? missing), { status: answer === undefined ? 404 : 200 }),
    );
  });
  window.history.replaceState(null, '', '/?filter=verdict=deny');
  const server = aConnectedStore();
  await act(async () => server.say(aHealth({ demo: 'broken-rollout' })));
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <LiveProvider value={server.store}>
        <FlowDetails row={aRow({ verdict: 'deny', pending: 'deny', decidedBy: hit })} onClose={() => {}} />
        <AppliedNotice />
      </LiveProvider>
    </QueryClientProvider>,
  );
  await screen.findByText('What policy did');
  return { sent };
}

const headline = () => screen.getAllByRole('heading', { level: 2 })[0]?.textContent ?? '';

afterEach(async () => {
  cleanup();
  await act(async () => tellApplied(null));
  window.sessionStorage.clear();
  vi.unstubAllGlobals();
});

describe('the details of a denied call', () => {
  it('say why by the known policies, and on demand rule by rule', async () => {
    await open();
    expect(headline()).toBe(HEADLINE);
    expect(screen.queryByText('allows TCP 8080 from checkout')).toBeNull();
    fireEvent.keyDown(document.body, { key: 'w' });
    const rule = (await screen.findByText(/allows TCP 8080 from checkout/)).closest('li');
    expect(rule?.textContent).toContain('nearest');
    expect(rule?.textContent).toContain('wants port 8080, the flow has 8443');
    expect(screen.getByRole('link', { name: 'payments/ledger-access' }).getAttribute('href')).toBe(
      '/policies?policy=CalicoNetworkPolicy/payments/ledger-access',
    );
  });

  it('say it by the traces alone where no policies are known', async () => {
    await open({ why: { ...WHY, knowsPolicies: false, headline: 'x' }, fixes: { ...FIXES, fixes: [] } });
    expect(headline()).toContain(TRACE_HEADLINE);
    expect(screen.getByText('no policies known')).toBeTruthy();
    expect(await screen.findByRole('heading', { name: 'Smallest change that allows it' })).toBeTruthy();
  });

  it('say it by the traces alone where the server cannot tell', async () => {
    await open({ why: null });
    expect(headline()).toContain(TRACE_HEADLINE);
  });

  it('rank the fixes, and tell what else each does', async () => {
    await open();
    const list = await screen.findByRole('list', { name: 'Changes, the least first' });
    const [first, second] = within(list)
      .getAllByRole('listitem')
      .filter(({ parentElement }) => parentElement === list);
    expect(first?.textContent).toContain('allows nothing else observed');
    expect(second?.textContent).toContain('also allows 3 other connections');
    expect(screen.getByRole('region', { name: 'Change as diff: 1 line added' })).toBeTruthy();
    fireEvent.click(within(list).getByRole('button', { name: 'YAML' }));
    expect(screen.getByRole('region', { name: 'Policy as YAML' }).textContent).toBe('kind: NetworkPolicy');
  });

  it('apply a fix in the demo, and take it back', async () => {
    const { sent } = await open();
    fireEvent.click(await screen.findByRole('button', { name: 'Apply in the demo' }));
    const notice = await screen.findByRole('complementary', { name: 'Demo cluster' });
    expect(notice.textContent).toContain('NetworkPolicy payments/ledger-access was put');
    expect(sent).toContainEqual(['/api/v1/policies/apply', { yaml: 'kind: NetworkPolicy\n' }]);
    // What rests on the policies is read anew.
    await waitFor(() => expect(sent.filter(([path]) => path.endsWith('/why')).length).toBeGreaterThan(1));
    fireEvent.click(within(notice).getByRole('button', { name: 'Take back' }));
    await screen.findByText('One change was taken back');
  });

  it('hand a fix to the editor, unfiltered', async () => {
    await open();
    fireEvent.click(await screen.findByRole('button', { name: 'Try in editor' }));
    expect(`${window.location.pathname}${window.location.search}`).toBe('/policies?try=new');
    expect(keptDraft('new')?.title).toBe('Let rule 1 of ledger-access accept port 8443 too');
  });

  it('show the present once the policies in force allow it', async () => {
    await open({ why: { ...WHY, evaluated: 'allow', disagreements: ['They changed since.'] } });
    expect(headline()).toContain(TRACE_HEADLINE);
    expect(screen.queryByRole('list', { name: 'Changes, the least first' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Watch the last minute' }));
    const query = new URLSearchParams(window.location.search);
    expect(query.get('last')).toBe('1m');
    // Filtered by its verdict it would leave with it.
    expect(query.get('filter')).not.toContain('verdict');
    expect(query.get('filter')).toContain('port=8443');
  });
});
