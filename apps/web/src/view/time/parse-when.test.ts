import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWhen } from './parse-when.js';
import { namedZone, UTC } from './wall-clock.js';

const berlin = namedZone('Europe/Berlin');
/** Sunday 22 November 2026, 10:30 in Berlin. */
const NOW = Date.parse('2026-11-22T09:30:00Z');
const HOUR = 3_600_000;

function when(text: string, now = NOW, zone = berlin) {
  return parseWhen(text, { now, zone });
}

/** The window as UTC, or `last <ms>`, or the error. */
function said(text: string, now = NOW, zone = berlin): string {
  const read = when(text, now, zone);
  if (read === null) return 'nothing';
  if (read.kind === 'error') return `error: ${read.message}`;
  const { window } = read;
  if (window.kind === 'live') return `last ${window.sinceMs}`;
  return `${iso(window.from)} ${iso(window.to)}`;
}

function iso(at: number): string {
  return new Date(at).toISOString().replace(/:00\.000Z$/, 'Z');
}

describe('windows that slide', () => {
  it.each([
    ['last 3 hours', 3 * HOUR],
    ['last hour', HOUR],
    ['past 15 min', HOUR / 4],
    ['the last 2 days', 48 * HOUR],
    ['last week', 168 * HOUR],
    ['last month', 720 * HOUR],
    ['3h', 3 * HOUR],
    ['90m', 1.5 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['1 hour and 30 minutes', 1.5 * HOUR],
    ['half an hour', HOUR / 2],
    ['1.5 hours', 1.5 * HOUR],
    ['24h', 24 * HOUR],
    ['7d', 168 * HOUR],
    ['45 s', 45_000],
    ['2 months', 1440 * HOUR],
    ['LAST  3   Hours', 3 * HOUR],
    ['live', HOUR / 4],
    ['now', HOUR / 4],
  ])('%s', (text, sinceMs) => {
    expect(said(text)).toBe(`last ${sinceMs}`);
  });
});

describe('windows that stand still', () => {
  it.each([
    ['yesterday 14:00–15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['yesterday 14:00-15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['yesterday 14:00 to 15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['yesterday from 14:00 to 15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['from yesterday 14:00 until 15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['between 14:00 and 15:00 yesterday', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['yesterday, 2pm to 3:30pm', '2026-11-21T13:00Z 2026-11-21T14:30Z'],
    ['yesterday 9-10', '2026-11-21T08:00Z 2026-11-21T09:00Z'],
    ['yesterday', '2026-11-20T23:00Z 2026-11-21T23:00Z'],
    ['the day before yesterday', '2026-11-19T23:00Z 2026-11-20T23:00Z'],
    ['3 days ago', '2026-11-18T23:00Z 2026-11-19T23:00Z'],
    ['3 days ago 14:00-14:30', '2026-11-19T13:00Z 2026-11-19T13:30Z'],
    ['a week ago', '2026-11-14T23:00Z 2026-11-15T23:00Z'],
    ['today', '2026-11-21T23:00Z 2026-11-22T09:30Z'],
    ['this week', '2026-11-15T23:00Z 2026-11-22T09:30Z'],
    ['this month', '2026-10-31T23:00Z 2026-11-22T09:30Z'],
    ['this hour', '2026-11-22T09:00Z 2026-11-22T09:30Z'],
    ['mon 9:00 - 9:30', '2026-11-16T08:00Z 2026-11-16T08:30Z'],
    ['monday', '2026-11-15T23:00Z 2026-11-16T23:00Z'],
    ['last sunday', '2026-11-14T23:00Z 2026-11-15T23:00Z'],
    ['sunday', '2026-11-21T23:00Z 2026-11-22T09:30Z'],
    ['sun 9:00-10:00', '2026-11-22T08:00Z 2026-11-22T09:00Z'],
    ['sun 11:00-12:00', '2026-11-15T10:00Z 2026-11-15T11:00Z'],
    ['thurs 14:00 to fri 02:00', '2026-11-19T13:00Z 2026-11-20T01:00Z'],
    ['mon to wed', '2026-11-15T23:00Z 2026-11-18T23:00Z'],
    ['2026-11-21 14:00 to 15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['2026-11-21 14:00 to 2026-11-22 01:00', '2026-11-21T13:00Z 2026-11-22T00:00Z'],
    ['2026-11-20 to 2026-11-21', '2026-11-19T23:00Z 2026-11-21T23:00Z'],
    ['2026-11-21', '2026-11-20T23:00Z 2026-11-21T23:00Z'],
    ['21.11.2026 14:00-15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['21 nov 14:00-15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['Nov 21st, 2026 14:00 - 15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['24 december', '2025-12-23T23:00Z 2025-12-24T23:00Z'],
    ['30 dec to 2 jan', '2025-12-29T23:00Z 2026-01-02T23:00Z'],
    ['09:00-10:00', '2026-11-22T08:00Z 2026-11-22T09:00Z'],
    ['14:00-15:00', '2026-11-21T13:00Z 2026-11-21T14:00Z'],
    ['23:00 - 01:00', '2026-11-21T22:00Z 2026-11-22T00:00Z'],
    ['22:00 to midnight', '2026-11-21T21:00Z 2026-11-21T23:00Z'],
    ['yesterday 22:00-24:00', '2026-11-21T21:00Z 2026-11-21T23:00Z'],
    ['noon to 1pm', '2026-11-21T11:00Z 2026-11-21T12:00Z'],
    ['14:05', '2026-11-21T13:00Z 2026-11-21T13:10Z'],
    ['9am', '2026-11-22T08:00Z 2026-11-22T09:00Z'],
    ['yesterday at 14:05', '2026-11-21T13:00Z 2026-11-21T13:10Z'],
    ['14:05:30', '2026-11-21T13:04:30.000Z 2026-11-21T13:06:30.000Z'],
    ['2h ago', '2026-11-22T07:25Z 2026-11-22T07:35Z'],
    ['an hour ago', '2026-11-22T08:25Z 2026-11-22T08:35Z'],
    ['2 minutes ago', '2026-11-22T09:23Z 2026-11-22T09:30Z'],
    ['3h ago to 2h ago', '2026-11-22T06:30Z 2026-11-22T07:30Z'],
    ['-3h to -2h', '2026-11-22T06:30Z 2026-11-22T07:30Z'],
    ['now-3h to now-2h', '2026-11-22T06:30Z 2026-11-22T07:30Z'],
    ['2h ago to now', '2026-11-22T07:30Z 2026-11-22T09:30Z'],
    ['since 9:00', '2026-11-22T08:00Z 2026-11-22T09:30Z'],
    ['since yesterday', '2026-11-20T23:00Z 2026-11-22T09:30Z'],
    ['9:00 -', '2026-11-22T08:00Z 2026-11-22T09:30Z'],
    ['1795336200000', '2026-11-22T08:29Z 2026-11-22T08:31Z'],
    ['1795330000 to 1795330600', '2026-11-22T06:46:40.000Z 2026-11-22T06:56:40.000Z'],
  ])('%s', (text, window) => {
    expect(said(text)).toBe(window);
  });

  it('ends now where it is not over, and says so', () => {
    expect(when('10:00–11:00')).toEqual({
      kind: 'window',
      window: { kind: 'fixed', from: NOW - HOUR / 2, to: NOW },
      notes: ['It is not over: shown up to now.'],
    });
  });
});

describe('times of other places', () => {
  it.each([
    ['14:00Z', '2026-11-21T13:55Z 2026-11-21T14:05Z'],
    ['09:00 UTC', '2026-11-22T08:55Z 2026-11-22T09:05Z'],
    ['14:00–15:00 UTC', '2026-11-21T14:00Z 2026-11-21T15:00Z'],
    ['14:00Z-15:00Z', '2026-11-21T14:00Z 2026-11-21T15:00Z'],
    ['2026-11-21T14:00:00Z', '2026-11-21T13:59Z 2026-11-21T14:01Z'],
    ['2026-11-21T14:00:00.500Z', '2026-11-21T13:59:00.500Z 2026-11-21T14:01:00.500Z'],
    ['2026-11-21T14:00Z/2026-11-21T15:00Z', '2026-11-21T14:00Z 2026-11-21T15:00Z'],
    ['2026-11-21T14:00+05:30 to 15:00', '2026-11-21T08:30Z 2026-11-21T09:30Z'],
    ['2026-11-21 14:00 utc-5 to 15:00', '2026-11-21T19:00Z 2026-11-21T20:00Z'],
    ['yesterday utc', '2026-11-21T00:00Z 2026-11-22T00:00Z'],
  ])('%s', (text, window) => {
    expect(said(text)).toBe(window);
  });
});

describe('nights in which clocks are changed', () => {
  const spring = Date.parse('2026-03-30T10:00:00Z');
  const autumn = Date.parse('2026-10-26T10:00:00Z');

  it('takes days as long as they are', () => {
    expect(said('yesterday', spring)).toBe('2026-03-28T23:00Z 2026-03-29T22:00Z');
    expect(said('yesterday', autumn)).toBe('2026-10-24T22:00Z 2026-10-25T23:00Z');
  });

  it('says which time is taken where clocks showed none', () => {
    const read = when('yesterday 02:30–04:00', spring);
    expect(said('yesterday 02:30–04:00', spring)).toBe('2026-03-29T01:30Z 2026-03-29T02:00Z');
    expect(read).toMatchObject({
      notes: ['Clocks were put forward and never showed 02:30: 03:30 is taken.'],
    });
  });

  it('says which is taken of two, and how to say the other', () => {
    expect(said('yesterday 01:00–02:30', autumn)).toBe('2026-10-24T23:00Z 2026-10-25T00:30Z');
    expect(when('yesterday 01:00–02:30', autumn)).toMatchObject({
      notes: ['Clocks showed 02:30 twice: the first is taken. For the second write 02:30 UTC+01:00.'],
    });
    expect(said('yesterday 02:30 UTC+01:00', autumn)).toBe('2026-10-25T01:25Z 2026-10-25T01:35Z');
  });
});

describe('texts that are no time', () => {
  it.each([
    ['', 'nothing'],
    ['   ', 'nothing'],
    ['yesterday 15:00–14:00', 'error: The end is before the start.'],
    ['14:00-05:00', 'error: The end is before the start.'],
    ['yesterday to 3 days ago', 'error: The end is before the start.'],
    ['2026-12-24', 'error: That is still to come.'],
    ['2026-11-22 23:00', 'error: That is still to come.'],
    ['2026-02-30', 'error: There is no 30 February 2026.'],
    ['31 nov', 'error: There is no 31 November 2026.'],
    ['11/21/2026', 'error: Day or month first? Write dates as 2026-11-21 or 21 Nov.'],
    ['1990-01-01', 'error: That is longer ago than anything is kept.'],
    ['99999 days', 'error: That is longer than anything is kept.'],
    ['25:00', 'error: “25:00” is not understood.'],
    ['yesterday 14:61', 'error: “14:61” is not understood.'],
    ['yesterday 14:00 to teatime', 'error: “teatime” is not understood.'],
    ['soonish', 'error: “soonish” is not understood.'],
    ['monday tuesday', 'error: “tuesday” is not understood.'],
    ['x'.repeat(300), 'error: That is too long for a time.'],
  ])('%s', (text, answer) => {
    expect(said(text)).toBe(answer);
  });

  it.each([
    ['yestrday 14:00', 'yesterday 14:00'],
    ['last 3 huors', 'last 3 hours'],
    ['wensday', 'wednesday'],
    ['2 hours aog', '2 hours ago'],
    ['yesterday 15:00–14:00', '14:00 – yesterday 15:00'],
    ['yesterday to 3 days ago', '3 days ago – yesterday'],
  ])('offers what %s may have meant', (text, instead) => {
    expect(when(text)).toMatchObject({ kind: 'error', instead });
    expect(when(instead)).toMatchObject({ kind: 'window' });
  });

  it('answers whatever is typed, and never with a window that is empty or in the future', () => {
    const word = fc.constantFrom(
      ...[
        'yesterday',
        'mon',
        'last',
        'ago',
        'to',
        '-',
        '–',
        '14:00',
        '9',
        '3',
        'h',
        'utc',
        'z',
        '/',
        '2026-11-21',
      ],
      ...['nov', 'am', '+01:00', 't', 'since', 'now', 'noon', '02:30', '0', '.'],
    );
    const typed = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 7 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(typed, fc.integer({ min: 1_500_000_000_000, max: 2_000_000_000_000 }), (text, now) => {
        const read = when(text, now);
        if (read?.kind !== 'window' || read.window.kind !== 'fixed') return;
        expect(read.window.from).toBeLessThan(read.window.to);
        expect(read.window.to).toBeLessThanOrEqual(now + 1);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads its own ISO back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_500_000_000, max: NOW / 1000 - 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(UTC, berlin),
        (from, length, zone) => {
          const text = `${new Date(from * 1000).toISOString()}/${new Date((from + length) * 1000).toISOString()}`;
          expect(when(text, NOW, zone)).toMatchObject({
            window: { from: from * 1000, to: (from + length) * 1000 },
          });
        },
      ),
    );
  });
});
