/** A day as it is written: counted from today, named by its place in the week, or dated. */
export type SaidDay =
  | { readonly kind: 'ago'; readonly days: number }
  | { readonly kind: 'weekday'; readonly weekday: number; readonly last: boolean }
  | { readonly kind: 'date'; readonly year: number | null; readonly month: number; readonly day: number };

export interface SaidTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
  readonly precise: 'hour' | 'minute' | 'second';
}

/** What a text says of a moment; what it leaves out is null. */
export interface SaidMoment {
  readonly day: SaidDay | null;
  readonly time: SaidTime | null;
  /** ms ahead of UTC, where the text says so. */
  readonly offsetMs: number | null;
  /** ms since the epoch, or before now where it is negative or zero; then all else is null. */
  readonly instant: number | null;
}

const NOTHING: SaidMoment = { day: null, time: null, offsetMs: null, instant: null };

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Words a text may be made of, for those who mistype one. */
export const WORDS: readonly string[] = [
  ...WEEKDAYS,
  ...MONTHS,
  ...['today', 'yesterday', 'last', 'now', 'live', 'ago', 'since', 'until', 'between', 'from'],
  ...['noon', 'midnight', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'second', 'minute', 'hour', 'week'],
];

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, mo: 2_592_000_000 };
/** Begins none of the other words that may follow a number. */
const UNIT =
  '(mo(?:nths?)?|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)(?![a-z])';
const AMOUNT = `(?:\\d+(?:\\.\\d+)?|an?|half an?|one|two|three)\\s*${UNIT}`;
const SPAN = new RegExp(`^${AMOUNT}(?:\\s*(?:and\\s+)?${AMOUNT})*$`);

/** ms that a text such as `3 hours`, `1h30m`, `half an hour` or `2 days` says; null where it says none. */
export function spanFromWords(text: string): number | null {
  if (!SPAN.test(text)) return null;
  let ms = 0;
  for (const [said] of text.matchAll(new RegExp(AMOUNT, 'g'))) {
    const [, amount = '', unit = ''] = /^(.*?)\s*([a-z]+)$/.exec(said) ?? [];
    ms += numberOf(amount) * (UNIT_MS[unit.startsWith('mo') ? 'mo' : (unit[0] as keyof typeof UNIT_MS)] ?? 0);
  }
  return ms > 0 && Number.isFinite(ms) ? Math.round(ms) : null;
}

function numberOf(text: string): number {
  const word = ['', 'one', 'two', 'three'].indexOf(text);
  if (word > 0) return word;
  if (text.startsWith('half')) return 0.5;
  return text === 'a' || text === 'an' ? 1 : Number(text);
}

export interface MomentOptions {
  /** Whether `9` is nine o'clock, as it is in `9-10`. */
  readonly bareHour: boolean;
}

/** What remains when all that is known has been taken out of a text that is no moment. */
export interface NoMoment {
  readonly rest: string;
}

/** Reads a text in lower case with single blanks. */
export function readMoment(text: string, { bareHour }: MomentOptions): SaidMoment | NoMoment {
  const instant = readInstant(text);
  if (instant !== null) return { ...NOTHING, instant };
  let rest = ` ${text} `;
  let said = NOTHING;
  for (const part of PARTS) {
    const match = part.pattern.exec(rest);
    if (match === null) continue;
    const more = part.read(match);
    if (more === null) continue;
    if (
      Object.entries(more).some(([name, value]) => value !== null && said[name as keyof SaidMoment] !== null)
    ) {
      return { rest: match[0].trim() };
    }
    said = { ...said, ...more };
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
  }
  rest = rest.replace(/(?<= )(?:at|on|of|the|in|from|between|o['’]clock)(?= )|,/g, ' ').trim();
  const hour = /^(\d{1,2})$/.exec(rest);
  if (bareHour && hour !== null && said.time === null && Number(hour[1]) <= 24) {
    return { ...said, time: { hour: Number(hour[1]), minute: 0, second: 0, ms: 0, precise: 'hour' } };
  }
  if (rest !== '') return { rest: rest.replace(/ +/g, ' ') };
  if (said.day === null && said.time === null) return { rest: text };
  return said;
}

function readInstant(text: string): number | null {
  if (text === 'now') return 0;
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  const said = /^(?:now ?-|-) ?(.+)$/.exec(text)?.[1] ?? /^(.+?) (?:ago|back|before now)$/.exec(text)?.[1];
  const ms = said === undefined ? null : spanFromWords(said);
  // Days ago are days of the calendar, below.
  return ms === null || /\b(?:days?|weeks?|\d+ ?[dw]) ago$/.test(text) ? null : -ms;
}

interface Part {
  readonly pattern: RegExp;
  /** Null where the match makes no sense after all. */
  readonly read: (match: RegExpExecArray) => Partial<SaidMoment> | null;
}

const MONTH = MONTHS.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join('|');
const WEEKDAY = WEEKDAYS.map(
  (name) => `${name.slice(0, 3)}(?:[a-z]*(?<=${name}|tues|thur|thurs|wednes))?`,
).join('|');

const PARTS: readonly Part[] = [
  {
    // ISO; the T takes the time with it, and a numeric offset of either sign after that.
    pattern: /(?<= )(\d{4})-(\d{1,2})-(\d{1,2})(?:t(?=\d)|(?=[ ,]))/,
    read: ([, year, month, day]) => date(Number(year), Number(month), Number(day)),
  },
  {
    pattern: /(?<= )(\d{1,2})\.(\d{1,2})\.(\d{4})?(?=[ ,])/,
    read: ([, day, month, year]) =>
      date(year === undefined ? null : Number(year), Number(month), Number(day)),
  },
  {
    pattern: new RegExp(
      `(?<= )(\\d{1,2})(?:st|nd|rd|th)?\\.? (?:of )?(${MONTH})\\.?(?:,? (\\d{4}))?(?=[ ,])`,
    ),
    read: ([, day, month, year]) =>
      date(year === undefined ? null : Number(year), monthOf(month), Number(day)),
  },
  {
    pattern: new RegExp(`(?<= )(${MONTH})\\.? (\\d{1,2})(?:st|nd|rd|th)?(?:,? (\\d{4}))?(?=[ ,])`),
    read: ([, month, day, year]) =>
      date(year === undefined ? null : Number(year), monthOf(month), Number(day)),
  },
  {
    pattern: /(?<= )(?:(?:the )?day before yesterday|yesterday|today)(?=[ ,])/,
    read: ([word]) => ({ day: { kind: 'ago', days: word === 'today' ? 0 : word === 'yesterday' ? 1 : 2 } }),
  },
  {
    pattern: /(?<= )(\d{1,4}|an?|one|two|three) ?(d|days?|w|weeks?) ago(?=[ ,])/,
    read: ([, count = '', unit = '']) => ({
      day: { kind: 'ago', days: numberOf(count) * (unit.startsWith('w') ? 7 : 1) },
    }),
  },
  {
    pattern: new RegExp(`(?<= )(last )?(${WEEKDAY})(?=[ ,])`),
    read: ([, last, name = '']) => ({
      day: {
        kind: 'weekday',
        weekday: WEEKDAYS.findIndex((weekday) => weekday.startsWith(name.slice(0, 3))) + 1,
        last: last !== undefined,
      },
    }),
  },
  {
    pattern: /(?<=[ t])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(am|pm))?(?![\d:])/,
    read: ([, hour, minute, second, fraction, half]) =>
      time(hourOf(Number(hour), half), Number(minute), second, fraction),
  },
  {
    pattern: /(?<= )(\d{1,2}) ?(am|pm|h)(?![a-z\d])/,
    read: ([, hour, half]) => {
      const said = hourOf(Number(hour), half === 'h' ? undefined : half);
      return said > 24 ? null : { time: { hour: said, minute: 0, second: 0, ms: 0, precise: 'hour' } };
    },
  },
  {
    pattern: /(?<= )(noon|midnight)(?=[ ,])/,
    read: ([, word]) => time(word === 'noon' ? 12 : 0, 0, undefined, undefined),
  },
  {
    pattern: /(?:(?<= )|(?<=\d ?))(?:z|utc|gmt)(?: ?([+-])(\d{1,2})(?::?(\d{2}))?)?(?=[ ,])/,
    read: ([, sign, hours, minutes]) => offset(sign, hours, minutes),
  },
  {
    // After `+` no range can follow; `14:00-05:00` is one.
    pattern: /(?: |(?<=\d))(\+)(\d{2}):?(\d{2})(?=[ ,])/,
    read: ([, sign, hours, minutes]) => offset(sign, hours, minutes),
  },
];

function date(year: number | null, month: number, day: number): Partial<SaidMoment> | null {
  return month < 1 || month > 12 || day < 1 || day > 31 ? null : { day: { kind: 'date', year, month, day } };
}

function monthOf(name = ''): number {
  return MONTHS.findIndex((month) => month.startsWith(name.slice(0, 3))) + 1;
}

/** 25 where there is no such hour. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return 25;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function time(
  hour: number,
  minute: number,
  second: string | undefined,
  fraction: string | undefined,
): Partial<SaidMoment> | null {
  const seconds = Number(second ?? 0);
  if (hour > 24 || minute > 59 || seconds > 59 || (hour === 24 && minute + seconds > 0)) return null;
  const ms = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  return { time: { hour, minute, second: seconds, ms, precise: second === undefined ? 'minute' : 'second' } };
}

function offset(sign = '+', hours = '0', minutes = '0'): Partial<SaidMoment> | null {
  if (Number(hours) > 14 || Number(minutes) > 59) return null;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { offsetMs: sign === '-' ? -ms || 0 : ms };
}
