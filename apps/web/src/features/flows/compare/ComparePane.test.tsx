// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import type { ApiChange, CompareReply } from '@vibrissa/protocol/messages';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aConnectedStore } from '../../../live/test-store.js';
import { LiveProvider } from '../../../live/useLiveFlows.js';
import { useView } from '../../../view/useView.js';
import { viewFromUrl } from '../../../view/view-url.js';
import { aGroup, aHit } from '../details/test-groups.js';
import { ComparePane } from './ComparePane.js';
import { aChange } from './test-changes.js';

const ALLOWED = aGroup({ decidedBy: aHit({ name: 'allow-ledger', action: 'allow' }) });
const DENIED = aGroup({ verdict: 'deny', decidedBy: aHit() });
const PORT = (port: number) => ({ port });

const CHANGES: readonly ApiChange[] = [
  aChange('verdict', ALLOWED, DENIED),
  aChange('added', null, { ...ALLOWED, ...PORT(81) }),
  aChange('gone', { ...ALLOWED, ...PORT(82) }, null),
  aChange('volume', { ...ALLOWED, ...PORT(83) }, { ...ALLOWED, ...PORT(83) }, 5),
];

const asked: URL[] = [];

function Page() {
  const [{ compare }] = useView();
  return compare === null ? <p>flows</p> : <ComparePane compare={compare} />;
}

function open(answer: () => Response) {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(new URL(url, window.location.href));
    return Promise.resolve(answer());
  });
  window.history.replaceState(null, '', '/?from=7200000&to=10800000&compare=before&filter=port=53');
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LiveProvider value={aConnectedStore().store}>
        <Page />
      </LiveProvider>
    </QueryClientProvider>,
  );
}

function reply(changes: readonly ApiChange[]): () => Response {
  const body: CompareReply = {
    changes,
    totals: { verdict: 1, added: 1, gone: 1, volume: 1 },
    window: { from: 7_200_000, to: 10_800_000 },
    base: { from: 3_600_000, to: 7_200_000 },
  };
  return () => new Response(JSON.stringify(body));
}

const headings = () => screen.queryAllByRole('heading', { level: 2 }).map(({ textContent }) => textContent);
const view = () => viewFromUrl(window.location.search);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('ComparePane', () => {
  it('asks for the window and its base, and leads with what is denied since', async () => {
    open(reply(CHANGES));
    await screen.findByText('Was allowed, is denied since');
    expect(headings()).toEqual([
      'Was allowed, is denied since 1',
      'New 1',
      'Gone 1',
      'Far more or less traffic 1',
    ]);
    const { searchParams } = asked[0] ?? new URL('http://none');
    expect(Object.fromEntries(searchParams)).toMatchObject({
      from: '7200000',
      to: '10800000',
      base: 'before',
      filter: 'port=53',
      groupBy: 'connection',
    });
  });

  it('says what was and what is, and opens it', async () => {
    open(reply(CHANGES));
    const part = (await screen.findByText('Was allowed, is denied since')).closest('section');
    const row = within(part ?? document.body).getByRole('button');
    expect(row.textContent).toContain('Was allowed by allow-ledger, is denied by default-deny');
    fireEvent.click(row);
    expect(view().selected).toContain('ledger-0');
  });

  it('leaves out a kind on request, and lets it in again', async () => {
    open(reply(CHANGES));
    const gone = await screen.findByRole('button', { name: 'Gone 1' });
    fireEvent.click(gone);
    expect(headings()).not.toContain('Gone 1');
    fireEvent.click(gone);
    expect(headings()).toContain('Gone 1');
  });

  it('goes back to the flows, and the address with it', async () => {
    open(reply(CHANGES));
    fireEvent.click(await screen.findByRole('button', { name: 'Flows' }));
    expect(view().compare).toBeNull();
    expect(screen.getByText('flows')).toBeDefined();
  });

  it('says that nothing has changed', async () => {
    open(reply([]));
    expect(await screen.findByRole('heading', { name: 'Nothing has changed' })).toBeDefined();
  });

  it('says why there is no answer and what to do', async () => {
    const error = { code: 'history-unavailable', message: 'the file is of a newer version' };
    open(() => new Response(JSON.stringify({ error }), { status: 503 }));
    await screen.findByRole('heading', { name: 'History cannot be read' });
    expect(screen.getByText('The file is of a newer version.')).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Show the last 1 h' }));
    expect(view()).toMatchObject({ compare: null, window: { kind: 'live', sinceMs: 3_600_000 } });
  });
});
