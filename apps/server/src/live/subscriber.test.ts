import { describe, expect, it } from 'vitest';
import { Subscriber } from './subscriber.js';

const never = new AbortController().signal;
const message = (n: number, rows = 1) => ({ body: `{"n":${n}}`, rows, cursor: `c.${n}.0` });

describe('Subscriber', () => {
  it('hands out messages in order', async () => {
    const subscriber = new Subscriber();
    subscriber.push(message(1));
    subscriber.push(message(2));
    expect(await subscriber.next(never)).toEqual(message(1));
    expect(await subscriber.next(never)).toEqual(message(2));
  });

  it('tells a slow reader exactly how much it missed, and holds no more than its bound', async () => {
    const subscriber = new Subscriber();
    for (let n = 0; n < 100; n++) subscriber.push(message(n, 1_000));
    expect(await subscriber.next(never)).toEqual({ stale: 'skipped', skipped: 100_000 });
    subscriber.push(message(1));
    expect(await subscriber.next(never)).toEqual(message(1));
  });

  it('wakes a reader that waits, and lets it go when it is no longer wanted', async () => {
    const subscriber = new Subscriber();
    const ending = new AbortController();
    const first = subscriber.next(ending.signal);
    subscriber.push(message(1));
    expect(await first).toEqual(message(1));
    const second = subscriber.next(ending.signal);
    ending.abort();
    expect(await second).toBeNull();
  });

  it('starts over when everything was replaced, whatever waited', async () => {
    const subscriber = new Subscriber();
    subscriber.push(message(1));
    subscriber.expire('changed');
    subscriber.expire('reset');
    expect(await subscriber.next(never)).toEqual({ stale: 'reset', skipped: 0 });
  });
});
