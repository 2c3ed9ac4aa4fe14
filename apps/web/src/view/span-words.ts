/** A stretch of time, ms since epoch. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/**
 * A stretch in the reader's time zone, as short as it is clear: `14:00–15:00` of the day that `now` is in,
 * `21 Nov 14:00–15:00` of another, `21 Nov 23:00 – 22 Nov 01:00` over midnight. Seconds where they tell anything.
 */
export function spanWords({ from, to }: TimeSpan, now: number): string {
  const time = from % MINUTE === 0 && to % MINUTE === 0 ? clock : clockSeconds;
  const [first, last, today] = [day.format(from), day.format(to), day.format(now)];
  if (first !== last) return `${first} ${time.format(from)} – ${last} ${time.format(to)}`;
  const times = `${time.format(from)}–${time.format(to)}`;
  return first === today ? times : `${first} ${times}`;
}

/** `14:05:32`, with the day where it is another than that of `now`. */
export function momentWords(at: number, now: number): string {
  const time = clockSeconds.format(at);
  return day.format(at) === day.format(now) ? time : `${day.format(at)} ${time}`;
}

/** `2026-11-21 14:05:32 UTC`, for tooltips beside local times. */
export function utcWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Both ends in UTC. */
export function utcSpanWords({ from, to }: TimeSpan): string {
  return `${utcWords(from).slice(0, -4)} – ${utcWords(to)}`;
}
