// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ApiRecommendation, RecommendReply, TemplateReply } from '@vibrissa/protocol/messages';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aHealth } from '../../live/test-health.js';
import { aConnectedStore } from '../../live/test-store.js';
import { LiveProvider } from '../../live/useLiveFlows.js';
import { RecommendPage } from './RecommendPage.js';

function aRecommendation(workload: string, change: Partial<ApiRecommendation> = {}): ApiRecommendation {
  return {
    namespace: 'shop',
    workload,
    policy: { kind: 'StagedKubernetesNetworkPolicy', namespace: 'shop', name: `learned-${workload}` },
    yaml: `kind: StagedKubernetesNetworkPolicy # ${workload}\n`,
    rules: [
      {
        direction: 'ingress',
        index: 0,
        text: `from frontend to ${workload}`,
        lines: 1,
        connections: 412,
        bytes: 1_600_000,
        firstSeen: 1,
        lastSeen: 2,
        reporters: 2,
      },
    ],
    stableForMs: 3_600_000,
    notCovered: [],
    caveats: [],
    ...change,
  };
}

const LEARNED: RecommendReply = {
  recommendations: [
    aRecommendation('cart'),
    aRecommendation('ads', {
      policy: null,
      yaml: '',
      rules: [],
      stableForMs: null,
      caveats: ['No stable label of ads is known.'],
    }),
  ],
  yaml: 'kind: StagedKubernetesNetworkPolicy\n',
  lines: 50,
  from: 0,
  to: 900_000,
};

const TEMPLATE: TemplateReply = {
  template: 'default-deny',
  title: 'Default deny in shop',
  does: 'Nothing but DNS goes in or out.',
  yaml: 'kind: NetworkPolicy\n',
  caveats: [],
};

let asked: { path: string; query: URLSearchParams; body: unknown }[];

async function open(search: string, learned: RecommendReply = LEARNED) {
  asked = [];
  vi.stubGlobal('fetch', (url: string, { body }: RequestInit) => {
    const { pathname: path, searchParams: query } = new URL(url, window.location.href);
    asked.push({ path, query, body: typeof body === 'string' ? JSON.parse(body) : null });
    const [field = ''] = query.getAll('field');
    const hints = {
      namespace: ['shop', 'data'],
      'source.workload': ['cart'],
      'dest.workload': ['ads', 'cart'],
    };
    const values = hints[field as keyof typeof hints] ?? [];
    const answer =
      path === '/api/v1/hints'
        ? { hints: { [field]: values.map((value) => ({ value, count: 1 })) } }
        : path.endsWith('/templates')
          ? TEMPLATE
          : learned;
    return Promise.resolve(new Response(JSON.stringify(answer)));
  });
  window.history.replaceState(null, '', `/recommend${search}`);
  const server = aConnectedStore();
  await act(async () => server.say(aHealth()));
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <LiveProvider value={server.store}>
        <RecommendPage />
      </LiveProvider>
    </QueryClientProvider>,
  );
}

const lastAsked = () => asked.findLast(({ path }) => path.endsWith('/recommend'))?.body;

beforeEach(() => window.localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the page of recommended policies', () => {
  it('begins with the choice of a namespace', async () => {
    await open('');
    fireEvent.click(await screen.findByRole('button', { name: 'shop' }));
    expect(window.location.search).toBe('?recommend=shop');
    await screen.findByRole('heading', { name: /shop\/ ?cart/ });
    expect(lastAsked()).toEqual({
      namespace: 'shop',
      dialect: 'kubernetes',
      staged: true,
      includeDenied: false,
    });
  });

  it('tells of each workload what it needs, on what evidence, and what is missing', async () => {
    await open('?recommend=shop');
    const cart = await screen.findByRole('region', { name: /shop\/ ?cart/ });
    expect(cart.textContent).toContain('nothing new for 1 h');
    const evidence = within(cart).getByRole('table', { name: 'What cart needs, and how often' });
    expect(evidence.textContent).toContain('from frontend to cart');
    expect(evidence.textContent).toContain('412');
    expect(evidence.textContent).toContain('both ends');
    const ads = screen.getByRole('region', { name: /shop\/ ?ads/ });
    expect(ads.textContent).toContain('no policy · nothing was seen to learn from');
    expect(ads.textContent).toContain('No stable label of ads is known.');
    // The cluster is real: nothing can be applied from here.
    expect(screen.queryByRole('button', { name: 'Apply in the demo' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Download all' })).toBeTruthy();
  });

  it('asks anew for another dialect, in force at once, from denied flows too, for one workload', async () => {
    await open('?recommend=shop');
    await screen.findByRole('heading', { name: /shop\/ ?cart/ });
    fireEvent.click(screen.getByRole('button', { name: 'Calico' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Staged first' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'Learn from denied flows too' }));
    await screen.findByRole('option', { name: 'ads' });
    fireEvent.change(screen.getByRole('combobox', { name: 'Workload' }), { target: { value: 'ads' } });
    expect(window.location.search).toBe('?recommend=shop/ads');
    await waitFor(() =>
      expect(lastAsked()).toEqual({
        namespace: 'shop',
        workload: 'ads',
        dialect: 'calico',
        staged: false,
        includeDenied: true,
      }),
    );
  });

  it('says where nothing was seen to learn from', async () => {
    await open('?recommend=shop', { ...LEARNED, recommendations: [] });
    await screen.findByRole('heading', { name: 'Nothing was seen to learn from' });
  });

  it('offers templates to begin with', async () => {
    await open('?recommend=shop');
    fireEvent.click(screen.getByRole('button', { name: 'From a template' }));
    const template = await screen.findByRole('region', { name: 'Default deny in shop' });
    expect(template.textContent).toContain('Nothing but DNS goes in or out.');
    fireEvent.click(screen.getByRole('button', { name: 'In scope' }));
    fireEvent.click(await screen.findByRole('checkbox', { name: 'data' }));
    await waitFor(() => {
      const last = asked.findLast(({ path }) => path.endsWith('/templates'));
      expect(last?.query.getAll('namespaces')).toEqual(['shop', 'data']);
      expect(last?.query.get('template')).toBe('in-scope');
    });
  });
});
