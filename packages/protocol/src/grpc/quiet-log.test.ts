import { expect, it } from 'vitest';
import { QuietLog } from './quiet-log.js';

it('tells an event a few times between two ticks, and then how often it was', () => {
  const told: string[] = [];
  const log = new QuietLog<'a' | 'b'>((event, detail) => told.push(`${event} ${JSON.stringify(detail)}`));
  for (let n = 1; n <= 8; n++) log.say('a', { n });
  log.say('b', {});
  log.tick();
  log.say('a', { n: 9 });
  log.tick();
  expect(told).toEqual([
    'a {"n":1}',
    'a {"n":2}',
    'a {"n":3}',
    'a {"n":4}',
    'a {"n":5}',
    'b {}',
    'a {"more":3}',
    'a {"n":9}',
  ]);
});
