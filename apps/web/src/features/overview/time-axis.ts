const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE);

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** Round times of the reader's day to label between `from` and `to`, at most `most`; midnights where days are far apart. */
export function axisTicks(from: number, to: number, most: number): readonly number[] {
  const length = to - from;
  const step = STEPS.find((size) => length / size <= most);
  const ticks: number[] = [];
  if (step === undefined) {
    const days = Math.max(1, Math.ceil(length / DAY / most));
    for (let at = midnightAfter(from); at < to; at = midnightAfter(at, days)) ticks.push(at);
    return ticks;
  }
  for (let at = roundAfter(from, step); at < to; at += step) ticks.push(at);
  return ticks;
}

/** By calendar, since days on which clocks change are not 24 hours long. */
function midnightAfter(at: number, days = 1): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** The first multiple of `step` by the reader's clock, which may be half an hour off from UTC's. */
function roundAfter(from: number, step: number): number {
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  return Math.ceil((from - offset) / step) * step + offset;
}

/** A label of the axis: the day at midnight, else the time. */
export function tickText(at: number): string {
  const date = new Date(at);
  return date.getHours() === 0 && date.getMinutes() === 0 ? day.format(at) : clock.format(at);
}

/** A time that stands alone in a file: `21 Nov 2026, 14:00:00 CET`. */
export function momentText(at: number): string {
  return full.format(at);
}

/** `20261121-140000` in UTC, for names of files. */
export function stampText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** `22 Nov, 14:05 – 14:06`, with seconds where steps have some; the days alone where a step is one or more. */
export function spanText(from: number, to: number): string {
  const time = (to - from) % MINUTE === 0 && from % MINUTE === 0 ? clock : clockSeconds;
  if (to - from >= DAY) return `${day.format(from)} – ${day.format(to)}`;
  return `${day.format(from)}, ${time.format(from)} – ${time.format(to)}`;
}

/** `22 Nov, 14:05`. */
export function dayTimeText(at: number): string {
  return `${day.format(at)}, ${clock.format(at)}`;
}
