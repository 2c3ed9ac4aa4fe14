// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { aHealth } from '../../live/test-health.js';
import { aSnapshot } from '../../live/test-rows.js';
import { aConnectedStore } from '../../live/test-store.js';
import { LiveProvider } from '../../live/useLiveFlows.js';
import { setView } from '../../view/useView.js';
import { viewFromUrl } from '../../view/view-url.js';
import { PlayBar } from './playback/PlayBar.js';
import { StaleStrip } from './Reading.js';
import { RowCount } from './RowCount.js';
import { useTableState } from './TableStates.js';
import { useWatchView } from './useWatchView.js';

const NOW = 1_000_000_000_000 - (1_000_000_000_000 % 15_000);
const HOUR = 3_600_000;
const PAST = { kind: 'fixed', from: NOW - 10 * HOUR, to: NOW - 9 * HOUR } as const;

function Pane() {
  useWatchView();
  return (
    <>
      <RowCount hidden={false} />
      <StaleStrip />
      <div data-testid="state">{useTableState()}</div>
      <PlayBar />
    </>
  );
}

function open(search: string) {
  window.history.replaceState(null, '', `/${search}`);
  const server = aConnectedStore(NOW);
  const { container } = render(
    <LiveProvider value={server.store}>
      <Pane />
    </LiveProvider>,
  );
  const answer = async (rows: Parameters<typeof server.answer>[0]) => {
    await act(async () => server.answer(rows));
  };
  const say = async (message: Parameters<typeof server.say>[0]) => {
    await act(async () => server.say(message));
  };
  const count = () => container.querySelector('p')?.textContent ?? '';
  return { ...server, answer, say, count };
}

const view = () => viewFromUrl(window.location.search);

afterEach(cleanup);

describe('the count above the table', () => {
  it('says how much of how much there is, which, and what narrows it', async () => {
    const { answer, count } = open(`?filter=verdict=deny&last=24h&sort=-bytes`);
    const history = { from: 0, to: 1, refreshMs: 15_000 };
    await answer(aSnapshot([1, 2], { total: 1_204_331, history }));
    expect(count()).toContain('2 of 1,204,331 connections, most bytes first');
    expect(count()).toContain('narrowed to denied flows');
    expect(count()).toContain('read every 15 s');
  });

  it('goes on telling of the rows on screen until others are there', async () => {
    const { answer, count } = open('');
    await answer(aSnapshot([1, 2, 3]));
    act(() => setView({ filter: 'port=53' }));
    expect(count()).toBe('3 connections');
    await answer(aSnapshot([2]));
    expect(count()).toContain('1 connection');
    expect(count()).toContain('port 53');
  });

  it('tells nothing beside an error', async () => {
    const { answer, say, subscribed, count } = open('');
    await answer(aSnapshot([1, 2, 3]));
    act(() => setView({ window: PAST }));
    await say({ type: 'error', id: subscribed().id, code: 'query-too-long', message: 'it took too long' });
    expect(count()).not.toContain('3 connections');
    expect(screen.getByRole('heading', { name: 'Reading took too long' })).toBeDefined();
    fireEvent.click(screen.getByRole('button', { name: 'Only the last 15 min of it' }));
    expect(view().window).toEqual({ ...PAST, from: PAST.to - HOUR / 4 });
  });
});

describe('a table without rows', () => {
  const heading = () => screen.getByRole('heading').textContent;

  it('waits for the first flow only where the server holds none', async () => {
    const { answer, say } = open('?last=5m');
    await answer(aSnapshot([]));
    await say(aHealth({ oldest: null }));
    expect(heading()).toBe('Waiting for the first flow');
    await say(aHealth({ oldest: NOW - 30 * HOUR }));
    expect(heading()).toBe('Nothing was seen in the last 5 min');
    fireEvent.click(screen.getByRole('button', { name: 'Look at the last 1 h' }));
    expect(view().window).toEqual({ kind: 'live', sinceMs: HOUR });
  });

  it('claims nothing of what is held before the server has told', async () => {
    const { answer } = open('?last=5m');
    await answer(aSnapshot([]));
    expect(heading()).toBe('Nothing was seen in the last 5 min');
  });

  it('says of a window whether it is empty or before all that is kept', async () => {
    const { answer, say } = open(`?from=${PAST.from}&to=${PAST.to}`);
    await answer(aSnapshot([]));
    await say(aHealth({ oldest: PAST.from - HOUR }));
    expect(heading()).toBe('Nothing was seen in this window');
    await say(aHealth({ oldest: PAST.to + HOUR }));
    expect(heading()).toBe('This is before all that is kept');
  });
});

describe('a reading that was stopped', () => {
  it('leaves what was there, says so, and is taken up again', async () => {
    const { store, sent, answer, subscribed } = open('');
    await answer(aSnapshot([1, 2]));
    act(() => setView({ window: PAST }));
    act(() => store.stop());
    expect(screen.getByRole('status').textContent).toContain('The reading was stopped.');
    const before = sent.length;
    fireEvent.click(screen.getByRole('button', { name: 'Read again' }));
    expect(sent.length).toBeGreaterThan(before);
    expect(subscribed()).toMatchObject({ since: PAST.from, until: PAST.to });
    expect(store.rows().rows).toHaveLength(2);
  });
});

describe('playback', () => {
  const search = `?from=${PAST.from}&to=${PAST.to}&play=10x,5m`;
  const at = (now: number) => aSnapshot([1], { now });

  it('is halted and goes on from there, and the address says where', async () => {
    const { answer, subscribed } = open(search);
    await answer(at(PAST.from + 60_000));
    fireEvent.click(screen.getByRole('button', { name: 'Halt' }));
    expect(view().play).toEqual({ speed: 10, spanMs: 300_000, at: PAST.from + 60_000 });
    expect(subscribed()).toMatchObject({ since: PAST.from, until: PAST.from + 60_000 });
    fireEvent.click(screen.getByRole('button', { name: 'Play' }));
    expect(view().play?.at).toBeNull();
    expect(subscribed().play).toEqual({ speed: 10, spanMs: 300_000, at: PAST.from + 60_000 });
  });

  it('steps bucket by bucket', async () => {
    const { answer } = open(search);
    await answer(at(PAST.from + 60_000));
    fireEvent.keyDown(document.body, { key: '.' });
    expect(view().play?.at).toBe(PAST.from + 75_000);
    fireEvent.keyDown(document.body, { key: ',' });
    fireEvent.keyDown(document.body, { key: ',' });
    expect(view().play?.at).toBe(PAST.from + 45_000);
  });

  it('is halted at the end of the window, and begins anew from its start', async () => {
    const { answer, subscribed } = open(search);
    await answer(at(PAST.to));
    expect(view().play?.at).toBe(PAST.to);
    await answer(aSnapshot([1]));
    fireEvent.click(screen.getByRole('button', { name: 'Play again' }));
    expect(view().play?.at).toBeNull();
    expect(subscribed().play?.at).toBe(PAST.from);
  });

  it('goes on at another speed from where it is', async () => {
    const { answer, subscribed } = open(search);
    await answer(at(PAST.from + 60_000));
    fireEvent.change(screen.getByRole('combobox', { name: 'Speed' }), { target: { value: '60' } });
    expect(view().play?.speed).toBe(60);
    expect(subscribed().play).toMatchObject({ speed: 60, at: PAST.from + 60_000 });
  });
});
