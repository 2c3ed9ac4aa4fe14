import type { Clock } from '@vibrissa/model';
import type { Rows } from '@vibrissa/protocol/messages';
import { LiveBuffer } from './live-buffer.js';
import {
  type After,
  LiveSocket,
  type LiveSocketEvents,
  type SocketLike,
  type SocketState,
  type Watch,
} from './live-socket.js';
import { INITIAL_STATUS, type LiveStatus } from './live-status.js';
import { askedText, playFrom, type Question } from './question.js';
import type { Row } from './row.js';
import { rowSort } from './row-sort.js';
import { ServerClock } from './server-clock.js';

export interface LiveStoreDeps {
  readonly connect: () => SocketLike;
  readonly clock: Clock;
  readonly after: After;
  readonly random: () => number;
  /** Loads the page again, from a server that speaks another version. */
  readonly reload: () => void;
}

/** What the table draws; a new object whenever anything in it may have changed. */
export interface LiveRows {
  readonly rows: readonly Row[];
  readonly version: number;
  /** Rows that came since the table stands still, and are not in `rows`. */
  readonly fresh: number;
  /** How many match in all, and how many of them this page holds. */
  readonly total: number;
  readonly held: number;
}

/** ms between two repaints of rows. */
const REPAINT = 250;
/** How many rows are put in order in one go; about 5 ms of work. */
const SETTLE_BUDGET = 4_000;

/** All that streams in, and the only place that knows it. React reads it through useLiveFlows. */
export class LiveStore {
  readonly clock: ServerClock;
  readonly #buffer: LiveBuffer;
  readonly #socket: LiveSocket;
  readonly #deps: LiveStoreDeps;
  readonly #listeners = new Set<() => void>();
  #status: LiveStatus = INITIAL_STATUS;
  #rows: LiveRows = { rows: [], version: 0, fresh: 0, total: 0, held: 0 };
  #asked = '';
  #watch: Watch | null = null;
  /** The question as the server was asked it last. */
  #askedWatch: Watch | null = null;
  #sorted = '';
  #still = false;
  #catchUp = true;
  #arrivalsShown = 0;
  #repainting = false;
  #repaintedAt = 0;
  #stepping = false;

  constructor(deps: LiveStoreDeps) {
    this.#deps = deps;
    this.clock = new ServerClock(deps.clock);
    this.#buffer = new LiveBuffer(rowSort('attention', true), () => this.#status.bucketMs);
    this.#socket = new LiveSocket(deps, this.#events());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly status = (): LiveStatus => this.#status;
  readonly rows = (): LiveRows => this.#rows;

  open(): void {
    this.#socket.open();
  }

  close(): void {
    this.#socket.close();
  }

  /**
   * Asks for other rows; the ones on screen stay until the answer is complete. Another sort alone is a question only
   * where the server cut; a window that is played goes on from where its playhead is.
   */
  ask({ watch, streams, haltedAt }: Question): void {
    const asked = askedText(watch);
    const sorted = sortText(watch) === sortText(this.#watch);
    this.#watch = watch;
    if (asked === this.#asked && (sorted || !this.#cut())) return;
    this.#asked = asked;
    this.#buffer.streams = streams;
    const playhead = playFrom(watch, this.#status.playhead) ?? haltedAt;
    this.#change({ pausedAt: null, playhead, playheadAt: null });
    this.#askAgain();
  }

  /** Lets the playhead go on from another place, ms since epoch. */
  seek(at: number): void {
    if (this.#watch?.play === undefined) return;
    this.#change({ playhead: at, playheadAt: null });
    this.#askAgain();
  }

  /** Ends a long reading; what was on screen before stays. */
  stop(): void {
    if (this.#status.stopped) return;
    this.#socket.hold();
    this.#change({ stopped: true, progress: null });
  }

  /** Asks the last question again, after it was ended or failed. */
  retry(): void {
    if (this.#watch !== null) this.#askAgain();
  }

  sortBy(column: string, descending: boolean): void {
    const sorted = `${column} ${descending}`;
    if (sorted === this.#sorted) return;
    this.#sorted = sorted;
    this.#catchUp = true;
    this.#buffer.sortBy(rowSort(column, descending));
    this.#settle();
  }

  pause(): void {
    if (this.#status.pausedAt !== null) return;
    this.#socket.hold();
    this.#change({ pausedAt: this.clock.now() });
  }

  /** Goes on from where it was paused: what happened meanwhile comes first. */
  resume(): void {
    if (this.#status.pausedAt === null) return;
    this.#change({ pausedAt: null });
    this.#socket.resume();
  }

  /**
   * While still, rows keep their places: what they say goes on changing, new ones are only counted and
   * those that left stay until the table moves again.
   */
  standStill(still: boolean): void {
    if (this.#still === still) return;
    this.#still = still;
    if (!still) this.#repaintSoon();
  }

  /** Lets what came meanwhile in, once. */
  catchUp(): void {
    this.#catchUp = true;
    this.#settle();
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  find(key: string): Row | null {
    return this.#buffer.find(key);
  }

  #askAgain(): void {
    const watch = this.#watch;
    if (watch === null) return;
    this.#catchUp = true;
    this.#buffer.expectSnapshot();
    this.#askedWatch = watch;
    this.#change({ loaded: false, error: null, progress: null, stopped: false });
    const { play } = watch;
    this.#socket.watch(
      play === undefined ? watch : { ...watch, play: { ...play, at: this.#status.playhead ?? play.at } },
    );
  }

  /** Whether there are rows that the sort decides not to send. */
  #cut(): boolean {
    return !this.#buffer.loaded || this.#buffer.total > this.#buffer.size;
  }

  #events(): LiveSocketEvents {
    return {
      state: (state) => this.#change(connectionOf(state, this.#deps.clock, this.clock)),
      hello: (hello) => {
        this.clock.sample(hello.now);
        const { bucketMs, horizonMs, retentionMs } = hello;
        this.#change({ bucketMs, horizonMs, retentionMs, heardAt: this.clock.now() });
      },
      health: (health) => {
        this.clock.sample(health.now);
        const at = this.clock.now();
        const lag = health.lagMs === null ? this.#status.lag : { ms: health.lagMs, at };
        this.#change({ health, lag, heardAt: at });
      },
      rows: (rows) => this.#takeRows(rows),
      progress: (progress) => this.#change({ progress }),
      skipped: (updates) => this.#change({ skipped: this.#status.skipped + updates }),
      error: (error) => this.#change({ error, progress: null }),
      outdated: this.#deps.reload,
    };
  }

  #takeRows(rows: Rows): void {
    const plays = this.#watch?.play !== undefined;
    // The clock of what is played is not the server's.
    if (!plays) this.clock.sample(rows.now);
    this.#buffer.apply(rows);
    const done = rows.done === true || rows.phase === 'live';
    const read: Partial<LiveStatus> = done
      ? { error: null, progress: null, readAt: this.clock.now(), ...historyIn(rows) }
      : {};
    const played: Partial<LiveStatus> =
      plays && rows.now !== this.#status.playhead ? { playhead: rows.now, playheadAt: this.clock.now() } : {};
    if (this.#buffer.loaded !== this.#status.loaded) {
      // Together with the rows, else the page would say "nothing matches" for a moment.
      this.#settle();
      this.#change({ ...read, ...played, loaded: this.#buffer.loaded, answered: this.#askedWatch });
    } else {
      if (rows.done === true || plays) this.#change({ ...read, ...played });
      this.#repaintSoon();
    }
    // What slides may have come to be cut since the order was chosen.
    if (rows.done === true && this.#cut() && sortText(this.#askedWatch) !== sortText(this.#watch))
      this.#askAgain();
  }

  #repaintSoon(): void {
    if (this.#repainting) return;
    this.#repainting = true;
    const wait = Math.max(0, this.#repaintedAt + REPAINT - this.#deps.clock.now());
    this.#deps.after(wait, () => {
      this.#repainting = false;
      this.#settle();
    });
  }

  #settle(): void {
    const buffer = this.#buffer;
    const done = buffer.settle(SETTLE_BUDGET);
    if (!done && !this.#stepping) {
      this.#stepping = true;
      this.#deps.after(0, () => {
        this.#stepping = false;
        this.#settle();
      });
    }
    // Half an order is worth showing only to a page that has none.
    if (!done && this.#rows.rows.length > 0) return;
    this.#repaintedAt = this.#deps.clock.now();
    const moves = !this.#still || !buffer.loaded || this.#catchUp;
    if (moves) this.#arrivalsShown = buffer.arrivals;
    if (done && buffer.loaded) this.#catchUp = false;
    this.#rows = {
      rows: moves ? buffer.rows : this.#rows.rows,
      version: this.#rows.version + 1,
      fresh: buffer.arrivals - this.#arrivalsShown,
      total: buffer.total,
      held: buffer.size,
    };
    this.#notify();
  }

  #change(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whole snapshots say what they were read from; what streams has nothing to say. */
function historyIn({ phase, history }: Rows): Pick<LiveStatus, 'history'> | null {
  return phase === 'snapshot' ? { history: history ?? null } : null;
}

function sortText(watch: Watch | null): string {
  return JSON.stringify(watch?.sort ?? null);
}

function connectionOf(state: SocketState, local: Clock, server: Clock): Partial<LiveStatus> {
  if (state.kind !== 'waiting') return { connection: state.kind, retryAt: null };
  return { connection: 'waiting', retryAt: server.now() + state.retryAt - local.now() };
}
