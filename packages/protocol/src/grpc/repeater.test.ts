import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Repeater } from './repeater.js';

it('gives the frame as often as it was asked for, whatever it was asked before', () => {
  const frames = [Buffer.from('abcde'), Buffer.from('xy'), Buffer.alloc(5)];
  const asked = fc.array(fc.tuple(fc.constantFrom(...frames), fc.integer({ min: 1, max: 40_000 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(asked, (asks) => {
      const repeater = new Repeater();
      for (const [frame, times] of asks) {
        const wanted = Buffer.alloc(frame.byteLength * times, frame);
        expect(Buffer.compare(repeater.repeat(frame, times), wanted)).toBe(0);
      }
    }),
  );
});

it('makes no new run for fewer of the same', () => {
  const repeater = new Repeater();
  const frame = Buffer.from('abcde');
  expect(repeater.repeat(frame, 7).buffer).toBe(repeater.repeat(frame, 3).buffer);
});
