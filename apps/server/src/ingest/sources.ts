import type { Clock, Millis } from '@vibrissa/model';
import type { SourceHealth, SourceKind, SourceNodes, SourceState } from '@vibrissa/protocol/messages';
import { Lag } from './lag.js';
import { Rate } from './rate.js';

/** How many reasons for loss are told apart for one source; further ones go under OTHER. */
const MOST_REASONS = 16;
const OTHER = 'other';

/** How much of a reason or a detail is kept, characters: the other side words some of them. */
const MOST_WORDS = 300;

/** What a source is called, what it speaks and where it is. */
export interface SourceName {
  readonly name: string;
  readonly kind: SourceKind;
  readonly target: string;
}

/** How one source tells of itself. */
export interface SourceMeter {
  /** `detail` says why; `retryAt` when the next try is made. Tries in between do not begin a time without it anew. */
  state(state: SourceState, detail?: string, retryAt?: Millis): void;
  /** Records that came in together; `newestEnd` is the latest end of their intervals. */
  received(records: number, newestEnd: Millis): void;
  /** Records the source says it lost before they could be sent. */
  lost(count: number, reason: string): void;
  nodes(counts: SourceNodes): void;
  /** Takes the source off the list; what it lost stays counted. */
  close(): void;
}

/** The sources the server itself connects to, and how each does. */
export class Sources {
  readonly #clock: Clock;
  readonly #meters = new Set<Meter>();
  #lost = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Records that sources lost before they could send them, since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** A new source, connecting. */
  register(source: SourceName): SourceMeter {
    const meter = new Meter(source, this.#clock, {
      lost: (count) => {
        this.#lost += count;
      },
      close: () => this.#meters.delete(meter),
    });
    this.#meters.add(meter);
    return meter;
  }

  /** Those with a trouble first, then by name. */
  list(): SourceHealth[] {
    return [...this.#meters]
      .map((meter) => meter.read())
      .sort((a, b) => trouble(b) - trouble(a) || (a.name < b.name ? -1 : 1));
  }
}

function trouble({ state, lost, nodes }: SourceHealth): number {
  const away = nodes !== null && nodes.unavailable + nodes.gone > 0;
  return (state === 'live' ? 0 : 4) + (away ? 2 : 0) + (lost > 0 ? 1 : 0);
}

class Meter implements SourceMeter {
  readonly #source: SourceName;
  readonly #clock: Clock;
  readonly #owner: { lost(count: number): void; close(): void };
  readonly #rate: Rate;
  readonly #lag: Lag;
  readonly #lostBy = new Map<string, number>();
  #state: SourceState = 'connecting';
  #detail: string | null = null;
  #since: Millis;
  #retryAt: Millis | null = null;
  #records = 0;
  #lost = 0;
  #nodes: SourceNodes | null = null;

  constructor(source: SourceName, clock: Clock, owner: { lost(count: number): void; close(): void }) {
    this.#source = source;
    this.#clock = clock;
    this.#owner = owner;
    this.#rate = new Rate(clock);
    this.#lag = new Lag(clock);
    this.#since = clock.now();
  }

  state(state: SourceState, detail?: string, retryAt?: Millis): void {
    if ((state === 'live') !== (this.#state === 'live')) this.#since = this.#clock.now();
    this.#state = state;
    this.#detail = detail?.slice(0, MOST_WORDS) ?? null;
    this.#retryAt = retryAt ?? null;
  }

  received(records: number, newestEnd: Millis): void {
    this.#records += records;
    this.#rate.add(records);
    this.#lag.note(newestEnd);
  }

  lost(count: number, reason: string): void {
    if (!(count > 0)) return;
    const known = reason.slice(0, MOST_WORDS);
    const name = this.#lostBy.has(known) || this.#lostBy.size < MOST_REASONS ? known : OTHER;
    this.#lostBy.set(name, (this.#lostBy.get(name) ?? 0) + count);
    this.#lost += count;
    this.#owner.lost(count);
  }

  nodes(counts: SourceNodes): void {
    this.#nodes = counts;
  }

  close(): void {
    this.#owner.close();
  }

  read(): SourceHealth {
    return {
      ...this.#source,
      state: this.#state,
      detail: this.#detail,
      since: this.#since,
      retryAt: this.#retryAt,
      recordsPerSecond: this.#rate.perSecond(),
      lagMs: this.#lag.ms,
      records: this.#records,
      lost: this.#lost,
      lostBy: Object.fromEntries(this.#lostBy),
      nodes: this.#nodes,
    };
  }
}
