import { millis } from '@vibrissa/model';
import { expect, it } from 'vitest';
import { HandClock } from '../test-server.js';
import { Agents } from './agents.js';

const START = 1_770_000_000_000;

it('remembers as many senders as it must, and forgets the one silent for longest', () => {
  const clock = new HandClock(START);
  const agents = new Agents(clock);
  agents.connected('node-1');
  expect(agents.admit('node-1', 's', 3)).toBe(true);
  for (let at = 0; at < 10_050; at++) {
    clock.advance(1);
    expect(agents.admit(`sender-${at}`, 'http', 1, 'http')).toBe(true);
  }
  expect(agents.admit('node-1', 's', 3)).toBe(false);
  expect(agents.admit('sender-10049', 'http', 1, 'http')).toBe(false);
  expect(agents.sequence('sender-0', 'http', 'http')).toBe(0);
  expect(agents.list()).toHaveLength(10_000);
});

it('remembers the latest numberings of a sender that has ever new ones', () => {
  const agents = new Agents(new HandClock(START));
  for (let at = 0; at < 100; at++) agents.admit('node-1', `stream-${at}`, 5);
  expect(agents.sequence('node-1', 'stream-99')).toBe(5);
  expect(agents.sequence('node-1', 'stream-0')).toBe(0);
});

it('counts what an agent dropped before the restart no second time', () => {
  const agents = new Agents(new HandClock(START));
  const batch = {
    name: 'node-1',
    kind: 'agent',
    stream: 's',
    sequence: 4,
    dropped: 7,
    at: millis(START),
  } as const;
  expect(agents.restore(batch)).toBe(true);
  expect(agents.restore(batch)).toBe(false);
  agents.reportDropped('node-1', 's', 9);
  expect(agents.dropped).toBe(2);
  expect(agents.list()).toMatchObject([{ connected: false, lastSeen: START }]);
});
