// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { millis } from '@vibrissa/model';
import type { SavedView, ViewsReply } from '@vibrissa/protocol/messages';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveStore } from '../../live/live-store.js';
import { LiveProvider } from '../../live/useLiveFlows.js';
import { useSavedViews } from './useSavedViews.js';
import { type Removed, ViewsPanel } from './ViewsPanel.js';

/** A server that keeps views, and refuses when it is told to. */
let kept: ViewsReply;
let refusal: string | null;
let asked: string[];

const DENIED: SavedView = {
  id: 'denied',
  name: 'Denied',
  page: 'flows',
  search: '?filter=verdict=deny',
  savedAt: 1,
};

beforeEach(() => {
  kept = { views: [DENIED], first: 'denied' };
  refusal = null;
  asked = [];
  window.history.replaceState(null, '', '/overview?filter=namespace=shop&row=x');
  vi.stubGlobal('fetch', (url: string, { method = 'GET', body = null }: RequestInit) => {
    asked.push(`${method} ${url}`);
    if (refusal !== null && method !== 'GET') {
      const error = { error: { code: 'views-unwritable', message: refusal } };
      return Promise.resolve(new Response(JSON.stringify(error), { status: 503 }));
    }
    const id = decodeURIComponent(url.split('/').at(-1) ?? '');
    const said = typeof body === 'string' ? JSON.parse(body) : null;
    const others = kept.views.filter((view) => view.id !== id);
    if (method === 'DELETE') kept = { views: others, first: kept.first === id ? null : kept.first };
    if (method === 'PUT' && id === 'first') kept = { ...kept, first: said.id };
    else if (method === 'PUT') kept = { ...kept, views: [...others, { id, ...said, savedAt: 2 }] };
    return Promise.resolve(new Response(JSON.stringify(kept)));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Menu() {
  const saved = useSavedViews();
  const [removed, setRemoved] = useState<readonly Removed[]>([]);
  return (
    <ViewsPanel
      saved={saved}
      shownId={null}
      page="overview"
      pathOf={(page) => (page === 'overview' ? '/overview' : '/')}
      removed={removed}
      onRemoved={setRemoved}
      onOpen={() => {}}
    />
  );
}

async function open() {
  const store = new LiveStore({
    connect: () => {
      throw new Error('stays closed');
    },
    clock: { now: () => millis(0) },
    after: () => () => {},
    random: () => 0,
    reload: () => {},
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LiveProvider value={store}>
        <Menu />
      </LiveProvider>
    </QueryClientProvider>,
  );
  await screen.findByRole('list', { name: 'Saved views' });
}

const save = (name: string) => {
  const input = screen.getByRole('textbox', { name: 'Save what is on screen as' });
  fireEvent.change(input, { target: { value: name } });
  const button = screen.getByRole('button', { name: /^(Save|Replace)$/ });
  const word = button.textContent;
  fireEvent.submit(input);
  return word;
};

describe('the menu of saved views', () => {
  it('lists views as links, and says what they show', async () => {
    await open();
    const link = screen.getByRole('link');
    expect(link.getAttribute('href')).toBe('/?filter=verdict=deny');
    expect(link.textContent).toContain('denied flows');
    expect(link.textContent).toContain('shown first');
  });

  it('saves page, filter and window under a name, without the open row', async () => {
    await open();
    expect(save('Shop today')).toBe('Save');
    await waitFor(() => expect(kept.views).toHaveLength(2));
    expect(kept.views[1]).toMatchObject({
      id: 'shop-today',
      name: 'Shop today',
      page: 'overview',
      search: '?filter=namespace=shop',
    });
    expect(await screen.findByRole('link', { name: /Shop today/ })).toBeTruthy();
  });

  it('replaces the view that has the name', async () => {
    await open();
    expect(save('denied')).toBe('Replace');
    await waitFor(() => expect(kept.views[0]?.search).toBe('?filter=namespace=shop'));
    expect(kept.views.map(({ id }) => id)).toEqual(['denied']);
  });

  it('deletes, and takes it back with its place at the front', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Delete Denied' }));
    const undo = await screen.findByRole('button', { name: 'Undo' });
    expect(kept).toEqual({ views: [], first: null });
    fireEvent.click(undo);
    await screen.findByRole('link', { name: /Denied/ });
    expect(kept.first).toBe('denied');
    expect(kept.views[0]).toMatchObject({ id: 'denied', search: DENIED.search });
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull());
  });

  it('renames in place', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Rename Denied' }));
    const input = screen.getByRole('textbox', { name: 'New name of Denied' });
    fireEvent.change(input, { target: { value: 'Blocked' } });
    fireEvent.submit(input);
    await screen.findByRole('link', { name: /Blocked/ });
    expect(kept.views[0]).toMatchObject({ id: 'denied', name: 'Blocked', search: DENIED.search });
  });

  it('chooses what the bare address shows, or nothing', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Do not show Denied first' }));
    await waitFor(() => expect(kept.first).toBeNull());
    fireEvent.click(await screen.findByRole('button', { name: 'Show Denied first at the bare address' }));
    await waitFor(() => expect(kept.first).toBe('denied'));
  });

  it('says why nothing was changed, and keeps what was typed', async () => {
    await open();
    refusal = 'the disk is full; make room there, and try again';
    save('Shop today');
    expect((await screen.findByRole('alert')).textContent).toContain('the disk is full');
    const input = screen.getByRole<HTMLInputElement>('textbox', { name: 'Save what is on screen as' });
    expect(input.value).toBe('Shop today');
    expect(asked.some((one) => one.startsWith('PUT'))).toBe(true);
  });
});
