const UNKNOWN = '–';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

const STEPS = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Three significant digits at most, and a suffix for the power of 1000 when it is above none. */
function scaled(value: number): readonly [digits: string, suffix: string] {
  let step = 0;
  let rest = value;
  while (rest >= 999.5 && step < STEPS.length - 1) {
    rest /= 1000;
    step += 1;
  }
  const digits = step === 0 || rest >= 9.95 ? rest.toFixed(0) : rest.toFixed(1);
  return [digits, STEPS[step] ?? ''];
}

/** `1,204`; unknown is a dash, which is not zero. */
export function formatCount(value: number | null): string {
  return value === null ? UNKNOWN : whole.format(value);
}

/** `1.2k`, `48M`: for narrow columns. */
export function formatShort(value: number | null): string {
  if (value === null) return UNKNOWN;
  if (value < 10_000) return whole.format(value);
  const [digits, suffix] = scaled(value);
  return `${digits}${suffix}`;
}

/** `0 B`, `1.4 MB`; powers of 1000. */
export function formatBytes(value: number | null): string {
  if (value === null) return UNKNOWN;
  const [digits, suffix] = scaled(value);
  return `${digits} ${suffix}B`;
}

/** How long ago, for a narrow column: `now`, `12 s`, `4 min`, `2 h`, `3 d`. `ms` may be a little negative. */
export function formatAge(ms: number): string {
  if (ms < 1500) return 'now';
  return formatDuration(ms);
}

/** `0.4 s`, `12 s`, `4 min`, `2 h`, `3 d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds < 1.5 ? seconds.toFixed(1) : seconds.toFixed(0)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = seconds / 60;
  if (minutes < 59.5) return `${Math.round(minutes)} min`;
  const hours = minutes / 60;
  return hours < 47.5 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`;
}

/** `14:05` in the reader's time zone. */
export function formatTime(at: number): string {
  return clock.format(at);
}

/** `14:05:32` in the reader's time zone. */
export function formatTimeSeconds(at: number): string {
  return clockSeconds.format(at);
}

/** `22 Nov` in the reader's time zone. */
export function formatDay(at: number): string {
  return day.format(at);
}

/** `22 Nov 14:05:32`. */
export function formatDateTime(at: number): string {
  return `${day.format(at)} ${clockSeconds.format(at)}`;
}

/** `1 agent`, `24 agents`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${whole.format(count)} ${count === 1 ? one : many}`;
}
