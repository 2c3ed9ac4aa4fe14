import { millis } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { INITIAL_STATUS, lagAt } from './live-status.js';
import { ServerClock } from './server-clock.js';

describe('lagAt', () => {
  it('is what the server says while it speaks', () => {
    expect(lagAt({ ...INITIAL_STATUS, heardAt: 10_000, lag: { ms: 400, at: 10_000 } }, 10_900)).toBe(400);
  });

  it('grows with the silence of the server', () => {
    const status = { ...INITIAL_STATUS, heardAt: 10_000, lag: { ms: 400, at: 10_000 } };
    expect(lagAt(status, 16_500)).toBe(5_400);
  });

  it('is none before the first word, and when nothing came in for long', () => {
    expect(lagAt(INITIAL_STATUS, 5)).toBeNull();
    expect(lagAt({ ...INITIAL_STATUS, heardAt: 90_000, lag: { ms: 400, at: 10_000 } }, 90_500)).toBeNull();
  });
});

describe('ServerClock', () => {
  it('trusts the message that travelled fastest', () => {
    let now = 1_000;
    const clock = new ServerClock({ now: () => millis(now) });
    clock.sample(5_900);
    clock.sample(6_000);
    now += 10;
    expect(clock.now()).toBe(6_010);
    clock.sample(6_010 - 40);
    expect(clock.now()).toBeCloseTo(6_008, 5);
  });

  it('is the local clock until the server spoke', () => {
    expect(new ServerClock({ now: () => millis(7) }).now()).toBe(7);
  });
});
