import { DEFAULT_VIEW, type ViewWindow } from '../view-url.js';
import { nearWord } from './near-word.js';
import { dayFrom, fromWall, toWall, weekdayOf } from './wall-clock.js';
import { readMoment, type SaidMoment, spanFromWords, WORDS } from './when-moment.js';
import { firstAfter, type Here, NoSuchDayError, newest } from './when-resolve.js';

/** What a typed time means. */
export type When =
  | {
      readonly kind: 'window';
      readonly window: ViewWindow;
      /** What a reader may not expect of it, as sentences. */
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'error';
      readonly message: string;
      /** A text that may have been meant. */
      readonly instead: string | null;
    };

const MINUTE = 60_000;
const DAY = 86_400_000;
/** What is shown on either side of a moment that is said to the minute, and to the second. */
const AROUND = { minute: 5 * MINUTE, second: MINUTE };
const LONGEST = 3_660 * DAY;
const LONGEST_TEXT = 200;

/**
 * Reads a window of time as a person types it: `last 3 hours`, `yesterday 14:00–15:00`, `mon 9:00 - 9:30`,
 * `2h ago`, `14:05`, `2026-11-21T14:00Z to 15:00Z`. What leaves out its day means the newest that is past.
 * Null when nothing is typed.
 */
export function parseWhen(typed: string, here: Here): When | null {
  const text = typed.trim().toLowerCase().replace(/\s+/g, ' ');
  if (text === '') return null;
  if (text.length > LONGEST_TEXT) return error('That is too long for a time.');
  try {
    return (
      live(text) ??
      named(text, here) ??
      single(text, here) ??
      since(text, here) ??
      range(text, here) ??
      unknown(text)
    );
  } catch (cause) {
    if (cause instanceof NoSuchDayError) return error(cause.message);
    throw cause;
  }
}

function error(message: string, instead: string | null = null): When {
  return { kind: 'error', message, instead };
}

function live(text: string): When | null {
  if (text === 'live' || text === 'now') return { kind: 'window', window: DEFAULT_VIEW.window, notes: [] };
  const said = /^(?:the )?(?:(last|past) )?(.+?)(?:, live)?$/.exec(text);
  const words = said?.[2] ?? '';
  const sinceMs = spanFromWords(words) ?? (said?.[1] === undefined ? null : spanFromWords(`a ${words}`));
  if (sinceMs === null) return null;
  if (sinceMs > LONGEST) return error('That is longer than anything is kept.');
  return { kind: 'window', window: { kind: 'live', sinceMs: Math.max(1000, sinceMs) }, notes: [] };
}

/** Stretches of the calendar that are not over. */
function named(text: string, here: Here): When | null {
  const unit = /^(?:this (hour|day|week|month)|(today))(?: so far)?$/.exec(text);
  if (unit === null) return null;
  const wall = { ...toWall(here.now, here.zone), minute: 0, second: 0, ms: 0 };
  const days = unit[1] === 'week' ? 1 - weekdayOf(wall) : unit[1] === 'month' ? 1 - wall.day : 0;
  const start = unit[1] === 'hour' ? wall : dayFrom(wall, days);
  return fixed(fromWall(start, here.zone).at, here.now, here, []);
}

function single(text: string, here: Here): When | null {
  const said = readMoment(text, { bareHour: false });
  if ('rest' in said) return null;
  const { at, until, notes } = newest(said, here);
  if (until > at) return fixed(at, until, here, notes);
  const around = said.time?.precise === 'second' || (said.instant ?? 0) > 0 ? AROUND.second : AROUND.minute;
  if (at > here.now) return future();
  return fixed(at - around, Math.min(at + around, here.now), here, notes);
}

function since(text: string, here: Here): When | null {
  const said = /^(?:since|from|after) (.+)$/.exec(text)?.[1] ?? /^(.+?) ?(?:-|–|—|to|\.\.)$/.exec(text)?.[1];
  if (said === undefined) return null;
  const start = readMoment(said, { bareHour: true });
  if ('rest' in start) return null;
  const { at, notes } = newest(start, here);
  return fixed(at, here.now, here, notes);
}

/** Where one text may be two, the surest sign first. */
const BETWEEN: readonly RegExp[] = [
  / ?(?:–|—|→|\.{2,3}) ?/g,
  / (?:to|until|till|and|through) /g,
  / - /g,
  / ?\/ ?/g,
  / ?- ?/g,
];

function range(text: string, here: Here): When | null {
  for (const [one, other] of halvesOf(text)) {
    const first = readMoment(one, { bareHour: true });
    const second = readMoment(other, { bareHour: true });
    if ('rest' in first || 'rest' in second) continue;
    const window = between(first, second, here);
    if (window !== null) return window;
    const turned = between(second, first, here)?.kind === 'window' ? `${other} – ${one}` : null;
    return error('The end is before the start.', turned);
  }
  return null;
}

/** Each way in which a text may be two. */
function* halvesOf(text: string): Generator<readonly [string, string]> {
  for (const separator of BETWEEN) {
    for (const { 0: said, index } of text.matchAll(separator)) {
      yield [text.slice(0, index), text.slice(index + said.length)];
    }
  }
}

/** Null where the end is before the start. */
function between(first: SaidMoment, second: SaidMoment, here: Here): When | null {
  // `14:00–15:00 UTC` and `14:00 to 15:00 yesterday` say once what holds for both.
  const shared = {
    ...first,
    day: first.day ?? (first.instant === null && second.time !== null ? second.day : null),
    offsetMs: first.offsetMs ?? (first.instant === null ? second.offsetMs : null),
  };
  const offsetMs = second.offsetMs ?? (second.instant === null ? shared.offsetMs : null);
  const start = newest(shared, here);
  const end = firstAfter({ ...second, offsetMs }, start.at, here);
  const until = second.day !== null && second.time === null ? end.until : end.at;
  if (until <= start.at) return null;
  return fixed(start.at, until, here, [...start.notes, ...end.notes]);
}

function fixed(from: number, to: number, { now }: Here, notes: readonly string[]): When {
  if (from >= now) return future();
  if (now - from > LONGEST) return error('That is longer ago than anything is kept.');
  const cut = to > now + MINUTE;
  const window: ViewWindow = { kind: 'fixed', from: Math.floor(from), to: Math.ceil(Math.min(to, now)) };
  return { kind: 'window', window, notes: cut ? [...notes, 'It is not over: shown up to now.'] : notes };
}

function future(): When {
  return error('That is still to come.');
}

/** Says which part is not understood, and what may have been meant. */
function unknown(text: string): When {
  if (/\d{1,2}\/\d{1,2}(?:\/\d{2,4})?/.test(text)) {
    return error('Day or month first? Write dates as 2026-11-21 or 21 Nov.');
  }
  const words = text.split(/[^\p{L}]+/u).filter((word) => word !== '');
  for (const word of words) {
    const meant = WORDS.includes(word) ? null : nearWord(word, WORDS);
    if (meant !== null) return error(`“${word}” is not understood.`, text.replace(word, meant));
  }
  return error(`“${restOf(text)}” is not understood.`);
}

/** What of a text is not understood, the least of what may be meant. */
function restOf(text: string): string {
  const rests = [[text] as const, ...halvesOf(text)].map((halves) => {
    const read = halves.map((half) => readMoment(half, { bareHour: true }));
    return read.flatMap((half) => ('rest' in half ? [half.rest] : [])).join(' ');
  });
  return rests.reduce((least, rest) => (rest !== '' && rest.length < least.length ? rest : least), text);
}
