import { BUCKET, type Call, recordsOf, type SentRecord } from './records.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Hours by which a clock is ahead that shows noon about now: no midnight falls between sending and looking. */
const AHEAD = 12 - new Date().getUTCHours();

/** Where the reader is. The sign in the names of these zones is the other way round. */
export const ZONE = AHEAD === 0 ? 'Etc/GMT' : `Etc/GMT${AHEAD > 0 ? '-' : '+'}${Math.abs(AHEAD)}`;

const MIDNIGHT = Math.floor((Date.now() + AHEAD * HOUR) / DAY) * DAY - AHEAD * HOUR;

/** A time of yesterday by the reader's clock, ms since the epoch: `14:05` or `14:05:30`. */
export function yesterdayAt(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return MIDNIGHT - DAY + hours * HOUR + minutes * 60_000 + seconds * 1_000;
}

/** A stretch of yesterday as an address has it. */
export function windowQuery(from: string, to: string): string {
  return `from=${yesterdayAt(from)}&to=${yesterdayAt(to)}`;
}

const call = (
  source: string,
  dest: string,
  port: number,
  [from, to]: readonly [string, string],
  more: Partial<Pick<Call, 'action' | 'policy' | 'tries'>> = {},
): Call => ({
  source,
  dest,
  port,
  action: 'allow',
  policy: `${dest.includes('/') ? dest.split('/')[0] : 'shop'}/open`,
  tries: 2,
  from: yesterdayAt(from),
  to: yesterdayAt(to),
  ...more,
});

const BOTH_HOURS = ['13:00', '15:00'] as const;
const BEFORE = ['13:00', '14:00'] as const;
const SINCE = ['14:00', '15:00'] as const;

/** At 14:00 a policy locked the ledger. */
export const LOCKED = { source: 'checkout', dest: 'ledger', port: 8443 } as const;
/** Tries of it in a bucket, all of them denied since 14:00. */
export const LOCKED_TRIES = 3;

/** One call after another, each for a bucket, from 14:40 to 14:45. */
export const STEPS = { count: 20, from: '14:40', to: '14:45' } as const;

export function stepName(index: number): string {
  return `step${String(index).padStart(2, '0')}`;
}

const CALLS: readonly Call[] = [
  call('shop/checkout', 'payments/ledger', 8443, BEFORE, {
    policy: 'payments/ledger-access',
    tries: LOCKED_TRIES,
  }),
  call('shop/checkout', 'payments/ledger', 8443, SINCE, {
    action: 'deny',
    policy: 'payments/ledger-lockdown',
    tries: LOCKED_TRIES,
  }),
  call('shop/probe', 'payments/ledger', 9090, SINCE, { action: 'deny', policy: 'payments/ledger-lockdown' }),
  call('shop/frontend', 'shop/cart', 7070, BOTH_HOURS),
  call('shop/mailer', '203.0.113.7', 443, BOTH_HOURS),
  call('shop/legacy', 'data/store', 5432, BEFORE),
  call('shop/backup', 'data/store', 9000, BEFORE),
  call('shop/backup', 'data/store', 9000, SINCE, { tries: 20 }),
  call('times/early', 'times/clock', 80, ['14:00', '14:20']),
  call('times/middle', 'times/clock', 80, ['14:20', '14:40']),
  call('times/late', 'times/clock', 80, ['14:40', '15:00']),
  ...Array.from({ length: STEPS.count }, (_, index) => {
    const from = yesterdayAt(STEPS.from) + index * BUCKET;
    return { ...call(`steps/${stepName(index)}`, 'steps/stage', 80, SINCE), from, to: from + BUCKET };
  }),
];

/** What happened yesterday from 13:00 to 15:00: 16 calls an hour at most, but for the steps. */
export function yesterdaysRecords(): SentRecord[] {
  return CALLS.flatMap(recordsOf);
}
