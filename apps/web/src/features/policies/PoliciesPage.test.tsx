// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { LintReply, PoliciesReply, PolicyReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aConnectedStore } from '../../live/test-store.js';
import { LiveProvider } from '../../live/useLiveFlows.js';
import { keepDraft, keptDraft } from '../../view/policy/trial-draft.js';
import { PoliciesPage } from './PoliciesPage.js';
import { aBoard, aPolicy, aPolicyReply, aTier, NO_HITS } from './test-replies.js';

const asked: URL[] = [];

interface Answers {
  readonly board?: PoliciesReply;
  readonly policy?: PolicyReply;
  readonly lint?: LintReply;
  readonly status?: number;
}

function open(search: string, { board, policy, lint, status = 200 }: Answers) {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string) => {
    const at = new URL(url, window.location.href);
    asked.push(at);
    const answers: Readonly<Record<string, object | undefined>> = {
      '/api/v1/policies': board,
      '/api/v1/policy': policy,
      '/api/v1/policies/lint': lint,
    };
    const body = answers[at.pathname];
    const error = { error: { code: 'unknown-policy', message: 'no NetworkPolicy shop/gone is known' } };
    return Promise.resolve(
      new Response(JSON.stringify(body ?? error), {
        status: body === undefined ? Math.max(status, 404) : status,
      }),
    );
  });
  window.history.replaceState(null, '', `/policies${search}`);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LiveProvider value={aConnectedStore().store}>
        <PoliciesPage />
      </LiveProvider>
    </QueryClientProvider>,
  );
}

const TIERS = [
  aTier('security', [
    aPolicy('quiet', { tier: 'security', hits: NO_HITS, spark: [], workloads: 0 }),
    aPolicy('lock', {
      kind: 'StagedNetworkPolicy',
      staged: true,
      stagedAction: 'set',
      tier: 'security',
      hits: { ...NO_HITS, denied: 38, lines: 2, lastHit: 1 },
    }),
  ]),
  aTier('kube-admin', []),
  aTier('default', [
    aPolicy('cart', { hits: { ...NO_HITS, allowed: 7, denied: 412, lines: 9, lastHit: 1 }, unusedRules: 1 }),
    aPolicy('web', { namespace: 'front', findings: 2 }),
  ]),
];

const tier = (name: string) => screen.getByRole('region', { name });
const searchOf = (link: HTMLElement) => (link.getAttribute('href') ?? '').replace(/^[^?]*/, '');
const cards = () => screen.getAllByRole('link').filter((link) => link.dataset.column !== undefined);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  window.history.replaceState(null, '', '/');
});

describe('the board', () => {
  it('shows tiers in order with their policies, denials in words, and what to look at', async () => {
    open('?filter=port=53', { board: aBoard(TIERS) });
    await screen.findByText('4 policies in 3 tiers · 1 staged');
    expect(screen.getAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent)).toEqual([
      'security',
      'kube-admin',
      'default',
    ]);
    expect(within(tier('default')).getByRole('button').textContent).toBe('412 denied');
    const [quiet, lock, cart, web] = cards();
    expect(quiet?.textContent).toContain('No hit in this window');
    expect(quiet?.textContent).toContain('selects no workload');
    expect(lock?.textContent).toContain('38 would be denied');
    expect(lock?.textContent).toContain('staged');
    expect(cart?.textContent).toContain('1 of 2 rules unused');
    expect(web?.textContent).toContain('2 findings');
    expect(within(tier('kube-admin')).getByText('no policies')).toBeDefined();
    expect(asked[0]?.searchParams.get('filter')).toBe('port=53');
  });

  it('has one stop for the Tab key, and arrows from card to card over empty tiers', async () => {
    open('', { board: aBoard(TIERS) });
    await screen.findByText('4 policies in 3 tiers · 1 staged');
    const [quiet, lock, cart, web] = cards();
    expect(cards().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1, -1]);
    quiet?.focus();
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(lock);
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'ArrowRight' });
    expect(document.activeElement).toBe(web);
    fireEvent.keyDown(document.activeElement ?? document.body, { key: 'k' });
    expect(document.activeElement).toBe(cart);
    expect(cart?.tabIndex).toBe(0);
    fireEvent.click(within(tier('default')).getByRole('button'));
    expect(document.activeElement).toBe(cart);
  });

  it('lets a tier of one’s own be tried at another place', async () => {
    open('?last=1h', { board: aBoard(TIERS) });
    await screen.findByText('4 policies in 3 tiers · 1 staged');
    fireEvent.click(within(tier('security')).getByRole('button', { name: 'Change… tier security' }));
    expect(window.location.search).toBe('?last=1h&try=new');
    expect(keptDraft('new')?.change.yaml).toMatch(
      /kind: Tier\n.*\n {2}name: security\nspec:\n {2}order: 100\n/,
    );
    keepDraft('new', null);
  });

  it('finds policies by what is typed', async () => {
    open('', { board: aBoard(TIERS) });
    const input = await screen.findByRole('searchbox', { name: /Find a policy/ });
    await screen.findByText('4 policies in 3 tiers · 1 staged');
    fireEvent.change(input, { target: { value: 'front we' } });
    expect(cards().map(searchOf)).toEqual(['?policy=NetworkPolicy/front/web']);
    fireEvent.keyDown(input, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(cards()[0]);
    fireEvent.keyDown(input, { key: 'Escape' });
    expect(cards()).toHaveLength(4);
  });

  it('lists all findings, the gravest first, each with a way to its policy', async () => {
    const finding = (name: string, severity: 'hint' | 'error') => ({
      code: 'no-effect',
      severity,
      policy: { kind: 'NetworkPolicy' as const, namespace: 'shop', name },
      rule: null,
      message: `${name} does nothing.`,
      remedy: 'Remove it.',
    });
    open('?last=1h', {
      board: aBoard(TIERS),
      lint: { findings: [finding('web', 'hint'), finding('cart', 'error')], problems: [], policies: 4 },
    });
    const button = await screen.findByRole('button', { name: '2 findings' });
    // The browser opens and closes it; here the event stands for that.
    const panel = document.getElementById(button.getAttribute('aria-controls') ?? '');
    panel?.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'open' }));
    const links = await screen.findAllByRole('link', { name: /does nothing/, hidden: true });
    expect(links.map(({ textContent }) => textContent)).toEqual([
      'shop/cart errorcart does nothing.Remove it.',
      'shop/webweb does nothing.Remove it.',
    ]);
    expect(links[0]?.getAttribute('href')).toBe('/policies?last=1h&policy=NetworkPolicy/shop/cart');
  });

  it('says how to let the server know policies, and shows those that flows name', async () => {
    const unknown = [
      {
        policy: { kind: 'CalicoNetworkPolicy', namespace: 'shop', name: 'mystery', tier: 'default' },
        hits: { ...NO_HITS, denied: 3, lines: 1 },
      },
    ] as const;
    open('', { board: aBoard([aTier('default', [])], { sources: [], unknown }) });
    await screen.findByText('The server knows no policies yet');
    expect(screen.getByText('mystery')).toBeDefined();
    expect(screen.getByText('3 denied')).toBeDefined();
    const [card] = cards();
    expect(card === undefined ? null : searchOf(card)).toBe('?filter=policy=mystery');
  });

  it('says which source failed and what could not be read', async () => {
    const problem = {
      file: 'shop.yaml',
      document: 2,
      path: 'spec.ingress[0].action',
      line: 12,
      severity: 'error',
      message: 'expected Allow, Deny, Log or Pass',
    } as const;
    const source = {
      kind: 'folder',
      name: '/policies',
      state: 'failed',
      detail: 'There is no such folder: make it.',
      readAt: null,
      problems: [problem],
    } as const;
    open('', { board: aBoard(TIERS, { sources: [source] }) });
    await screen.findByText('The folder /policies cannot be read');
    expect(screen.getByText('There is no such folder: make it.')).toBeDefined();
    expect(screen.getByRole('button', { name: '1 problem' })).toBeDefined();
  });

  it('says what is wrong when it cannot be read, and asks again', async () => {
    open('', { status: 500 });
    await screen.findByText('The server could not answer this');
    const before = asked.length;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(asked.length).toBe(before + 1);
  });
});

describe('the page of a policy', () => {
  const ADDRESS = '?policy=NetworkPolicy/shop/cart';

  it('shows what each rule did, and marks those that were never hit', async () => {
    open(ADDRESS, { policy: aPolicyReply() });
    await screen.findByRole('heading', { name: /shop\/\s?cart/ });
    const rows = screen.getAllByRole('row').map(({ textContent }) => textContent);
    expect(rows).toContainEqual(expect.stringMatching(/^1allows TCP 8080 from web12 allowed/));
    expect(rows).toContainEqual(
      expect.stringMatching(/^2allows TCP 9090 from probesnever hit in this window/),
    );
    expect(rows).toContainEqual(expect.stringMatching(/end of tier default5 denied/));
    expect(asked.at(-1)?.searchParams.get('name')).toBe('cart');
  });

  it('leads to its flows, its editor and its workloads', async () => {
    open(`${ADDRESS}&last=1h`, { policy: aPolicyReply() });
    const href = async (name: RegExp) => {
      const link = await screen.findByRole('link', { name });
      return link.getAttribute('href');
    };
    expect(await href(/Flows it decided/)).toBe('/?filter=decided=cart&last=1h');
    expect(await href(/Edit and try/)).toBe('/policies?last=1h&policy=NetworkPolicy/shop/cart&try=edit');
    expect(await href(/^cart/)).toBe('/?filter=namespace=shop+workload=cart&last=1h');
    expect(screen.queryByRole('link', { name: /Enforce/ })).toBeNull();
  });

  it('offers to enforce what is staged, and shows findings with what to do', async () => {
    const policy = aPolicy('cart', {
      kind: 'StagedKubernetesNetworkPolicy',
      staged: true,
      stagedAction: 'set',
    });
    const finding = {
      code: 'rule-never-hit',
      severity: 'hint',
      policy,
      rule: { direction: 'ingress', index: 1 },
      message: 'Nothing hit it.',
      remedy: 'Remove it.',
    } as const;
    open('?policy=StagedKubernetesNetworkPolicy/shop/cart', {
      policy: aPolicyReply({ policy, findings: [finding] }),
    });
    await screen.findByRole('link', { name: /Enforce/ });
    expect(screen.getByText('Remove it.')).toBeDefined();
    expect(screen.getByText('ingress rule 2')).toBeDefined();
  });

  it('says that a policy is gone', async () => {
    open('?policy=NetworkPolicy/shop/gone', {});
    await screen.findByText('There is no NetworkPolicy shop/gone');
    expect(screen.getByRole('link', { name: 'All policies' }).getAttribute('href')).toBe('/policies');
  });
});
