// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { millis } from '@vibrissa/model';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveStore } from '../live/live-store.js';
import { LiveProvider } from '../live/useLiveFlows.js';
import { FilterBar } from './FilterBar.js';
import { viewFromUrl } from './view-url.js';

const asked: URL[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(new URL(url, window.location.href));
    const hints = { namespace: [{ value: 'shop', count: 9 }] };
    return Promise.resolve(new Response(JSON.stringify({ hints })));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open(search: string) {
  window.history.replaceState(null, '', `/${search}`);
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
        <FilterBar />
      </LiveProvider>
    </QueryClientProvider>,
  );
  return screen.getByRole<HTMLInputElement>('combobox', { name: 'Filter' });
}

const type = (input: HTMLElement, value: string) => {
  input.focus();
  fireEvent.change(input, { target: { value } });
};
const press = (key: string) => {
  const target = document.activeElement ?? document.body;
  fireEvent.keyDown(target, { key });
};
const view = () => viewFromUrl(window.location.search);
const chips = () => screen.queryAllByRole('listitem').map((chip) => chip.textContent);

describe('FilterBar', () => {
  it('turns what is typed into chips, and the address says so', () => {
    const input = open('?filter=port=53');
    type(input, 'verdict=deny web');
    press('Enter');
    expect(view().filter).toBe('port=53 verdict=deny web');
    expect(chips()).toHaveLength(3);
    expect(input.value).toBe('');
  });

  it('completes fields at once, and values from the server by what matches the rest', async () => {
    const input = open('?filter=port=53');
    type(input, 'names');
    press('Tab');
    expect(input.value).toBe('namespace=');
    const option = await screen.findByRole('option', { name: /shop/ });
    expect(asked.at(-1)?.searchParams.get('filter')).toBe('port=53');
    press('ArrowDown');
    expect(input.getAttribute('aria-activedescendant')).toBe(option.id);
    press('Enter');
    expect(view().filter).toBe('port=53 namespace=shop');
    expect(input.getAttribute('aria-expanded')).toBe('false');
  });

  it('goes through the chips by keyboard: switches off, negates, removes', () => {
    const input = open('?filter=port=53+node=a');
    input.focus();
    press('Backspace');
    press(' ');
    expect(view().disabled).toEqual(['node=a']);
    press('ArrowLeft');
    press('-');
    expect(view().filter).toBe('port!=53 node=a');
    press('Delete');
    expect(view().filter).toBe('node=a');
    press('Delete');
    expect(view()).toMatchObject({ filter: '', disabled: [] });
    expect(document.activeElement).toBe(input);
  });

  it('takes a chip back into the input and puts what becomes of it in its place', () => {
    const input = open('?filter=port=53+node=a');
    input.focus();
    press('ArrowLeft');
    press('ArrowLeft');
    press('Enter');
    expect(input.value).toBe('port=53');
    type(input, 'port=54');
    press('Enter');
    expect(view().filter).toBe('port=54 node=a');
  });

  it('leaves a chip as it was when its editing is called off', () => {
    const input = open('?filter=port=53');
    input.focus();
    press('ArrowLeft');
    press('Enter');
    type(input, 'port=5');
    press('Escape');
    press('Escape');
    expect(input.value).toBe('');
    expect(view().filter).toBe('port=53');
  });

  it('says what is wrong and where, and mends it on a click', async () => {
    const input = open('');
    type(input, 'namspace=shop');
    expect(screen.queryByRole('alert')).toBeNull();
    press('Enter');
    expect(screen.getByRole('alert').textContent).toMatch(/no field .namspace.*Character 1/);
    fireEvent.click(screen.getByRole('button', { name: /Did you mean namespace/ }));
    await waitFor(() => expect(view().filter).toBe('namespace=shop'));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows an address that cannot be read as text with its error', () => {
    const input = open('?filter=verdict=deny+(port=80');
    expect(input.value).toBe('verdict=deny (port=80');
    expect(screen.getByRole('alert').textContent).toContain('Character 14');
    fireEvent.click(screen.getByRole('button', { name: 'Add ) at the end' }));
    expect(view().filter).toBe('verdict=deny port=80');
  });

  it('clears everything with one press', () => {
    open('?filter=port=53+node=a&off=node=a');
    fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
    expect(view()).toMatchObject({ filter: '', disabled: [] });
  });
});
