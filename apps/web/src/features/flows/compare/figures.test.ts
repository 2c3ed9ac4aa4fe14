import { describe, expect, it } from 'vitest';
import { aGroup } from '../details/test-groups.js';
import { figuresOf } from './figures.js';

const HOUR = { from: 0, to: 3_600_000 };
type Change = Parameters<typeof aGroup>[0];
const change = (now: Change, before: Change | null) =>
  [aGroup(now), before === null ? null : aGroup(before)] as const;

describe('the figures of a change', () => {
  it('are totals of windows of one length', () => {
    const figures = figuresOf(
      ...change(
        { bytesSent: 3_000_000, bytesReceived: 400_000, connectionsStarted: 12 },
        { bytesSent: 1_000, bytesReceived: null, connectionsStarted: 41 },
      ),
      { from: 3_600_000, to: 7_200_000 },
      HOUR,
    );
    expect(figures).toEqual({ main: '1.0 kB → 3.4 MB', more: '41 → 12 connections' });
  });

  it('are by the second where one window is longer', () => {
    const figures = figuresOf(
      ...change({ bytesSent: 7_200_000 }, { bytesSent: 600_000 }),
      { from: 0, to: 7_200_000 },
      { from: 0, to: 600_000 },
    );
    expect(figures.main).toBe('1.0 kB → 1.0 kB a second');
  });

  it('are packets where bytes are not known, and nothing where there was nothing', () => {
    expect(figuresOf(...change({ packetsSent: 7 }, null), HOUR, HOUR)).toEqual({
      main: '0 → 7 packets',
      more: '0 → – connections',
    });
  });
});
