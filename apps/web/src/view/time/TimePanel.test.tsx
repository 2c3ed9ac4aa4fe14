// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { millis } from '@vibrissa/model';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LiveStore } from '../../live/live-store.js';
import { LiveProvider } from '../../live/useLiveFlows.js';
import { DEFAULT_VIEW, viewFromUrl } from '../view-url.js';
import { TimePanel } from './TimePanel.js';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-22T09:30:00Z');

afterEach(cleanup);

function open(search = '') {
  window.history.replaceState(null, '', `/${search}`);
  const store = new LiveStore({
    connect: () => {
      throw new Error('stays closed');
    },
    clock: { now: () => millis(NOW) },
    after: () => () => {},
    random: () => 0,
    reload: () => {},
  });
  const close = vi.fn();
  render(
    <LiveProvider value={store}>
      <TimePanel close={close} />
    </LiveProvider>,
  );
  return { close, input: screen.getByRole<HTMLInputElement>('textbox', { name: 'Type a time' }) };
}

const shown = () => viewFromUrl(window.location.search);
const type = (input: HTMLInputElement, value: string) => fireEvent.change(input, { target: { value } });
const submit = (input: HTMLInputElement) => fireEvent.submit(input.form ?? input);

describe('TimePanel', () => {
  it('has the text in focus, says what it understands, and shows it on Enter', () => {
    const { close, input } = open('?play=10x,5m&from=1000&to=2000');
    expect(document.activeElement).toBe(input);
    type(input, '2026-11-21T14:00Z to 15:00');
    expect(screen.getByText(/21 Nov 14:00 – 15:00 UTC|flows go back/)).toBeTruthy();
    submit(input);
    expect(shown().window).toEqual({
      kind: 'fixed',
      from: Date.parse('2026-11-21T14:00:00Z'),
      to: Date.parse('2026-11-21T15:00:00Z'),
    });
    expect(shown().play).toBeNull();
    expect(close).toHaveBeenCalledOnce();
  });

  it('keeps a text that is no time, says why, and types what may have been meant', () => {
    const { close, input } = open();
    type(input, 'last 3 huors');
    expect(input.getAttribute('aria-invalid')).toBe('true');
    submit(input);
    expect(close).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'last 3 hours' }));
    expect(input.value).toBe('last 3 hours');
    submit(input);
    expect(shown().window).toEqual({ kind: 'live', sinceMs: 3 * HOUR });
  });

  it('offers no longer window than flows are kept, and says why', () => {
    const { close } = open();
    const day = screen.getByRole('button', { name: '24 h: Last 24 hours, live' });
    expect(day.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(day);
    expect(close).not.toHaveBeenCalled();
    expect(screen.getByText(/only the last hour can be shown/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: '1 h: Last hour, live' }));
    expect(shown().window).toEqual({ kind: 'live', sinceMs: HOUR });
  });

  it('keeps a live window as it is', () => {
    open();
    fireEvent.click(screen.getByRole('button', { name: 'Keep this window as it is' }));
    expect(shown().window).toEqual({ kind: 'fixed', from: NOW - HOUR / 4, to: NOW });
  });

  it('takes a range from the calendar, and says what is wrong with it', () => {
    open();
    const at = (text: string) => new Date(text).getTime();
    fireEvent.change(screen.getByLabelText('From'), { target: { value: '2026-11-20T15:00' } });
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-20T14:00' } });
    fireEvent.submit(screen.getByLabelText('From').closest('form') ?? document.body);
    expect(screen.getByRole('alert').textContent).toBe('The end is before the start.');
    expect(shown().window).toEqual(DEFAULT_VIEW.window);
    fireEvent.change(screen.getByLabelText('To'), { target: { value: '2026-11-20T16:00' } });
    fireEvent.submit(screen.getByLabelText('From').closest('form') ?? document.body);
    expect(shown().window).toEqual({
      kind: 'fixed',
      from: at('2026-11-20T15:00'),
      to: at('2026-11-20T16:00'),
    });
  });
});
