import type { Millis } from '@vibrissa/model';
import { Turns } from '@vibrissa/store';
import { describe, expect, it } from 'vitest';
import { PastError, type PastParts, tellPast } from './tell-past.js';
import { WaitError } from './wait-within.js';

const HOUR = 3_600_000;
const SPAN = { from: 0, to: 3 * HOUR };

/** What was told, hour by hour as it was handed over. */
class Told {
  readonly hours: (readonly [Millis, Millis])[][] = [];
  #hour: (readonly [Millis, Millis])[] = [];

  parts(change: Partial<PastParts> = {}): PastParts {
    return {
      turns: new Turns(),
      tell: (begin, end) => {
        this.#hour.push([begin, end]);
      },
      handOver: async () => {
        this.hours.push(this.#hour);
        this.#hour = [];
      },
      obstacle: () => null,
      ...change,
    };
  }
}

const NOT_STOPPED = new AbortController().signal;

describe('tellPast', () => {
  it('tells all once, the newest hour first, and hands each over', async () => {
    const told = new Told();
    await tellPast(told.parts(), { from: HOUR / 2, to: 3 * HOUR }, NOT_STOPPED);
    expect(told.hours.map((hour) => [hour[0]?.[0], hour.at(-1)?.[1]])).toEqual([
      [2 * HOUR, 3 * HOUR],
      [HOUR, 2 * HOUR],
      [HOUR / 2, HOUR],
    ]);
    for (const hour of told.hours)
      for (const [at, [begin]] of hour.entries()) if (at > 0) expect(begin).toBe(hour[at - 1]?.[1]);
  });

  it('ends when it is stopped, whatever it waits for', async () => {
    const stop = new AbortController();
    let told = 0;
    let waits: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const parts = new Told().parts({
      tell: () => {
        told++;
      },
      handOver: () => {
        waits();
        return new Promise(() => {});
      },
    });
    const telling = tellPast(parts, SPAN, stop.signal);
    await waiting;
    const before = told;
    stop.abort();
    await telling;
    expect(told).toBe(before);
  });

  it('stops in the middle of an hour', async () => {
    const stop = new AbortController();
    const told = new Told();
    let steps = 0;
    const tell = () => {
      if (++steps === 5) stop.abort();
    };
    await tellPast(told.parts({ tell }), SPAN, stop.signal);
    expect(steps).toBe(5);
    expect(told.hours).toEqual([]);
  });

  it('says so when the history does not answer', async () => {
    const parts = new Told().parts({ handOver: () => new Promise(() => {}), mostWaitMs: 1 });
    await expect(tellPast(parts, SPAN, NOT_STOPPED)).rejects.toThrow(WaitError);
  });

  it('tells no more to a history that fails, and says why', async () => {
    for (const failsAfter of [0, 1, 3]) {
      const told = new Told();
      const parts = told.parts({
        obstacle: () => (told.hours.length >= failsAfter ? 'its thread ended' : null),
      });
      const telling = tellPast(parts, SPAN, NOT_STOPPED);
      await expect(telling).rejects.toThrow(PastError);
      await expect(telling).rejects.toThrow('its thread ended');
      expect(told.hours).toHaveLength(failsAfter);
    }
  });
});
