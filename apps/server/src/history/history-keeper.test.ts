import { type Clock, millis } from '@vibrissa/model';
import { HISTORY_DEFAULTS, HistoryEngine, HotStore, TieredStore } from '@vibrissa/store';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { HistoryKeeper } from './history-keeper.js';

const BUCKET_MS = 15_000;
const clock: Clock = { now: () => millis(1_770_000_000_000) };
const OPTIONS = {
  ...HISTORY_DEFAULTS,
  path: null,
  bucketMs: BUCKET_MS,
  exportFolder: null,
  clock,
};

/** Answers some questions never, as a thread that hangs. */
class SilentHistory extends HistoryEngine {
  readonly #silent: ReadonlySet<'mark' | 'flushed'>;
  /** How often it was asked for each, though it may not have answered. */
  readonly asked = { mark: 0, flushed: 0 };
  listens = true;
  lost = 0;

  constructor(...silent: readonly ('mark' | 'flushed')[]) {
    super(OPTIONS);
    this.#silent = new Set(silent);
  }

  override mark(): ReturnType<HistoryEngine['mark']> {
    this.asked.mark++;
    return this.listens || !this.#silent.has('mark') ? super.mark() : new Promise(() => {});
  }

  override status(): ReturnType<HistoryEngine['status']> {
    return { ...super.status(), dropped: this.lost };
  }

  override flushed(): Promise<void> {
    this.asked.flushed++;
    return this.#silent.has('flushed') ? new Promise(() => {}) : super.flushed();
  }
}

const opened: HistoryEngine[] = [];
afterEach(async () => {
  for (const history of opened.splice(0)) await history.close();
});

function keeperOf(real: SilentHistory, play: SilentHistory): { keeper: HistoryKeeper; store: TieredStore } {
  opened.push(real, play);
  const hot = new HotStore({ clock, bucketMs: BUCKET_MS, buckets: 4, maxSlots: 1_000 });
  const store = new TieredStore({ hot, clock, retentionMs: OPTIONS.retentionMs });
  const keeper = new HistoryKeeper({
    open: () => real,
    openPlay: () => play,
    store,
    recalled: async () => {},
    journal: { cut: () => 1, startFrom: () => {}, keptElsewhere: () => {} },
    clock,
    log: pino({ level: 'silent' }),
    bucketMs: BUCKET_MS,
    mostBytes: 1,
    retentionMs: OPTIONS.retentionMs,
  });
  return { keeper, store };
}

describe('HistoryKeeper', () => {
  it('waits no longer for a history that another has taken the place of', async () => {
    const play = new SilentHistory('flushed');
    const { keeper, store } = keeperOf(new SilentHistory(), play);
    await keeper.recall(() => {});
    const played = keeper.beginPlay();
    expect(store.history).toBe(play);
    const flushed = keeper.flushed();
    expect(play.asked.flushed).toBe(1);
    played.end();
    await flushed;
    expect(store.history).not.toBe(play);
  });

  it('hands over to a play though the real history never says how far it is', async () => {
    const real = new SilentHistory('mark');
    const { keeper } = keeperOf(real, new SilentHistory());
    await keeper.recall(() => {});
    real.listens = false;
    const asked = real.asked.mark;
    const stuck = keeper.handOver(() => 1);
    await expect.poll(() => real.asked.mark).toBe(asked + 1);
    keeper.beginPlay();
    await stuck;
    await keeper.handOver(() => 2);
    await keeper.flushed();
  });

  it('says why a play takes nothing in', async () => {
    const play = new SilentHistory();
    const { keeper } = keeperOf(new SilentHistory(), play);
    await keeper.recall(() => {});
    const played = keeper.beginPlay();
    expect(played.obstacle).toBeNull();
    play.lost = 3;
    expect(played.obstacle).toContain('3 rows');
    await play.close();
    expect(played.obstacle).toContain('closed');
  });
});
