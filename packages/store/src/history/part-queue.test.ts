import { describe, expect, it } from 'vitest';
import type { HandOverPart } from '../flow-history.js';
import { PartQueue } from './part-queue.js';
import { partOf } from './test-parts.js';
import { recordOf } from './test-records.js';

const nameless = (): HandOverPart => ({ ...partOf([]), mark: null });

/** A queue whose parts are taken when a test says so. */
function gated() {
  const taken: (HandOverPart | null)[] = [];
  let open: () => void = () => undefined;
  const queue = new PartQueue(async (part) => {
    await new Promise<void>((resolve) => {
      open = resolve;
    });
    taken.push(part);
  });
  const turn = async () => {
    open();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, taken, turn };
}

describe('the queue of parts', () => {
  it('takes them in order, and waits for those that were there', async () => {
    const { queue, taken, turn } = gated();
    const parts = [nameless(), nameless(), nameless()];
    queue.add(parts[0] ?? null, false);
    queue.add(parts[1] ?? null, false);
    let settled = false;
    const waiting = queue.settled().then(() => {
      settled = true;
    });
    queue.add(parts[2] ?? null, false);
    await turn();
    expect([taken, settled]).toEqual([[parts[0]], false]);
    await turn();
    await waiting;
    expect(taken).toHaveLength(2);
    await turn();
    expect(taken.map((part, at) => part === parts[at])).toEqual([true, true, true]);
    await queue.settled();
    expect(queue.bytes).toBe(0);
  });

  it('leaves out tails that nobody can have seen, but not what they name', async () => {
    const { queue, taken, turn } = gated();
    const [first, second, named, last] = [nameless(), nameless(), partOf([recordOf(1, 1)]), nameless()];
    for (const part of [first, second, named, last]) queue.add(part, true);
    expect(queue.bytes).toBeGreaterThan(0);
    const settled = queue.settled();
    for (let round = 0; round < 3; round++) await turn();
    await settled;
    expect(taken.map((part) => [first, second, named, last].indexOf(part as HandOverPart))).toEqual([
      0, 2, 3,
    ]);
  });
});
