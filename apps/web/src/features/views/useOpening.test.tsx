// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useOpening } from './useOpening.js';

const VIEWS = {
  views: [
    { id: 'denied', name: 'Denied', page: 'flows', search: '?filter=verdict=deny', savedAt: 1 },
    { id: 'all', name: 'All', page: 'overview', search: '', savedAt: 1 },
  ],
  first: 'all',
};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const pathOf = (page: string) => (page === 'overview' ? '/overview' : '/');

function Page() {
  const { isOpening, problem } = useOpening(pathOf);
  return (
    <>
      <p>{isOpening ? 'opening' : 'open'}</p>
      <p role="status">{problem}</p>
    </>
  );
}

function load(address: string, reply: object | null = VIEWS) {
  const fetched = vi.fn(() =>
    reply === null
      ? Promise.reject(new TypeError('refused'))
      : Promise.resolve(new Response(JSON.stringify(reply))),
  );
  vi.stubGlobal('fetch', fetched);
  window.history.replaceState(null, '', address);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Page />
    </QueryClientProvider>,
  );
  return fetched;
}

const at = () => `${window.location.pathname}${window.location.search}`;

describe('useOpening', () => {
  it('turns a link to a saved view into the view', async () => {
    load('/?view=denied');
    expect(screen.getByText('opening')).toBeTruthy();
    await screen.findByText('open');
    expect(at()).toBe('/?filter=verdict=deny');
  });

  it('shows the view that comes first at the bare address', async () => {
    load('/');
    await screen.findByText('open');
    expect(at()).toBe('/overview');
  });

  it.each([
    ['where none was chosen', { ...VIEWS, first: null }],
    ['where the server keeps none', null],
  ])('leaves the bare address alone %s', async (_, reply) => {
    load('/', reply);
    await screen.findByText('open');
    expect(at()).toBe('/');
    expect(screen.getByRole('status').textContent).toBe('');
  });

  it('says that a view is gone, and shows what there is without it', async () => {
    load('/?view=nope');
    await screen.findByText('open');
    await waitFor(() => expect(screen.getByRole('status').textContent).toMatch(/no saved view “nope”/));
    expect(at()).toBe('/');
  });

  it('asks nothing where the address says what to show', () => {
    const fetched = load('/?filter=port=53');
    expect(screen.getByText('open')).toBeTruthy();
    expect(fetched).not.toHaveBeenCalled();
  });
});
