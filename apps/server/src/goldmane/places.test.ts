import { describe, expect, it } from 'vitest';
import { Places, TooManyWaitingError } from './places.js';

/** Work that ends when it is told to. */
class Work {
  begun = false;
  end: () => void = () => {};
  readonly do = () => {
    this.begun = true;
    return new Promise<void>((resolve) => {
      this.end = resolve;
    });
  };
}

describe('Places', () => {
  it('lets work go on in the order it came, so much at once', async () => {
    const places = new Places(2, 10);
    const works = Array.from({ length: 4 }, () => new Work());
    const done = works.map((work) => places.hold(work.do));
    expect(works.map(({ begun }) => begun)).toEqual([true, true, false, false]);
    works[1]?.end();
    await done[1];
    await new Promise(setImmediate);
    expect(works.map(({ begun }) => begun)).toEqual([true, true, true, false]);
    works[0]?.end();
    await done[0];
    await new Promise(setImmediate);
    for (const { end } of works.slice(2)) end();
    await Promise.all(done);
    const after = new Work();
    void places.hold(after.do);
    expect(after.begun).toBe(true);
  });

  it('refuses work when too much waits, and takes it again later', async () => {
    const places = new Places(1, 1);
    const [first, second] = [new Work(), new Work()];
    const done = [places.hold(first.do), places.hold(second.do)];
    await expect(places.hold(async () => {})).rejects.toThrow(TooManyWaitingError);
    first.end();
    await done[0];
    await new Promise(setImmediate);
    second.end();
    await done[1];
    await expect(places.hold(async () => 7)).resolves.toBe(7);
  });

  it('hands a place on when work fails, or is not wanted any more', async () => {
    const places = new Places(1, 5);
    const ending = new AbortController();
    const failing = places.hold(async () => {
      throw new Error('it broke');
    });
    const unwanted = places.hold(async () => 1, ending.signal);
    const last = places.hold(async () => 2);
    ending.abort(new Error('gone'));
    await expect(failing).rejects.toThrow('it broke');
    await expect(unwanted).rejects.toThrow('gone');
    await expect(last).resolves.toBe(2);
  });
});
