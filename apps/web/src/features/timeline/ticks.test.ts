import { describe, expect, it } from 'vitest';
import { namedZone } from '../../view/time/wall-clock.js';
import { ticksOf } from './ticks.js';

const berlin = namedZone('Europe/Berlin');
const now = Date.parse('2026-11-22T09:30:00Z');
const texts = (from: string, to: string, most: number, zone = berlin) =>
  ticksOf({ from: Date.parse(from), to: Date.parse(to) }, most, now, zone).map(({ text }) => text);

describe('labels of the axis', () => {
  it('are round times of the reader, with room for "now"', () => {
    expect(texts('2026-11-22T08:30Z', '2026-11-22T09:30Z', 6)).toEqual([
      '09:40',
      '09:50',
      '10:00',
      '10:10',
      '10:20',
    ]);
    expect(texts('2026-11-22T08:30Z', '2026-11-22T09:30Z', 3)).toEqual(['10:00']);
  });

  it('are round where clocks are half an hour off', () => {
    expect(texts('2026-11-22T02:00Z', '2026-11-22T08:00Z', 6, namedZone('Asia/Kolkata'))).toEqual([
      '08:00',
      '09:00',
      '10:00',
      '11:00',
      '12:00',
      '13:00',
    ]);
  });

  it('say the day at midnight, else with the first where it is another', () => {
    expect(texts('2026-11-20T14:00Z', '2026-11-21T14:00Z', 6)).toEqual([
      '18:00',
      'Sat 21 Nov',
      '06:00',
      '12:00',
    ]);
    expect(texts('2026-11-20T12:30Z', '2026-11-20T15:30Z', 6)).toEqual([
      'Fri 20 Nov 14:00',
      '15:00',
      '15:30',
      '16:00',
    ]);
  });

  it('are midnights, through the night that has an hour more', () => {
    expect(texts('2026-10-23T12:00Z', '2026-10-28T12:00Z', 6)).toEqual([
      'Sat 24 Oct',
      'Sun 25 Oct',
      'Mon 26 Oct',
      'Tue 27 Oct',
      'Wed 28 Oct',
    ]);
    expect(texts('2026-10-24T20:00Z', '2026-10-25T08:00Z', 6)).toEqual([
      'Sun 25 Oct',
      '02:00',
      '04:00',
      '06:00',
      '08:00',
    ]);
    expect(texts('2026-10-24T12:00Z', '2026-11-22T12:00Z', 5)).toEqual([
      'Mon 26 Oct',
      'Mon 2 Nov',
      'Mon 9 Nov',
      'Mon 16 Nov',
    ]);
  });
});
