import type { ApiChange } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { aGroup, aHit, aReport } from '../details/test-groups.js';
import {
  type ChangeLine,
  changeText,
  deniedSince,
  lineOf,
  linesOf,
  partsOf,
  ratioSign,
  ratioWords,
} from './change-words.js';
import { aChange } from './test-changes.js';

const ALLOWED = aGroup({ decidedBy: aHit({ name: 'allow-ledger', action: 'allow' }) });
const DENIED = aGroup({ verdict: 'deny', decidedBy: aHit() });

function aLine(change: ApiChange): ChangeLine {
  const line = lineOf(change, 'connection');
  if (line === null) throw new Error('no line');
  return line;
}

describe('a change in words', () => {
  it('says what was and what is', () => {
    expect(changeText(aLine(aChange('verdict', ALLOWED, DENIED)))).toEqual({
      before: 'Was allowed by allow-ledger',
      after: 'is denied by default-deny',
    });
    expect(changeText(aLine(aChange('added', null, DENIED))).after).toBe('is denied by default-deny');
    expect(changeText(aLine(aChange('gone', ALLOWED, null))).before).toBe('Was allowed by allow-ledger');
    expect(changeText(aLine(aChange('volume', ALLOWED, ALLOWED, 4.23)))).toEqual({
      before: 'Allowed by allow-ledger',
      after: '4.2 times as much',
    });
  });

  it('does not invent who decided', () => {
    const end = aGroup({ verdict: 'deny', decidedBy: aHit({ kind: 'EndOfTier', name: '', tier: '' }) });
    expect(changeText(aLine(aChange('verdict', ALLOWED, end))).after).toBe('is denied by the default');
    const unknown = aGroup({ verdict: 'unknown' });
    expect(changeText(aLine(aChange('verdict', ALLOWED, unknown))).after).toBe('is of unknown verdict');
  });

  it('turns small ratios round', () => {
    expect([ratioSign(12.4), ratioSign(0.25), ratioSign(null)]).toEqual(['×12', '÷4', '']);
    expect(ratioWords(0.25)).toBe('1/4 as much');
  });
});

describe('since when a line is denied', () => {
  const base = { from: 0, to: 5_000 };
  const deniedFrom = (firstSeen: number) =>
    aGroup({
      verdict: 'deny',
      flows: [aReport({ firstSeen: 1 }), aReport({ verdict: 'deny', firstSeen })],
    });

  it('is when the first report that denies it began', () => {
    expect(deniedSince(aLine(aChange('verdict', ALLOWED, deniedFrom(7_000))), base)).toBe(7_000);
  });

  it('is not claimed where it was denied before the base as well', () => {
    expect(deniedSince(aLine(aChange('verdict', ALLOWED, deniedFrom(4_000))), base)).toBeNull();
    expect(deniedSince(aLine(aChange('verdict', ALLOWED, DENIED)), base)).toBeNull();
  });
});

describe('the parts of a comparison', () => {
  it('begin with what is denied since', () => {
    const lines = [
      aChange('volume', ALLOWED, ALLOWED, 9),
      aChange('added', null, ALLOWED),
      aChange('added', null, DENIED),
      aChange('verdict', DENIED, ALLOWED),
      aChange('verdict', ALLOWED, DENIED),
    ].map(aLine);
    const parts = partsOf(lines);
    expect(parts.map(({ name }) => name)).toEqual(['denied', 'addedDenied', 'verdict', 'added', 'volume']);
  });

  it('tell a rollout that is denied as one call', () => {
    const pods = (hash: string) =>
      ({ source: { kind: 'workload', namespace: 'shop', name: `checkout-${hash}-*`, address: '' } }) as const;
    const lines = linesOf(
      [
        aChange('added', null, { ...DENIED, ...pods('b5d8f7c69') }),
        aChange('gone', { ...ALLOWED, ...pods('7d9f5c8b6d') }, null),
        aChange('added', null, { ...DENIED, ...pods('b5d8f7c69'), port: 1 }),
      ],
      'connection',
    );
    const parts = partsOf(lines);
    expect(parts.flatMap(({ lines: held }) => held.map((line) => changeText(line).after)).at(-1)).toBe(
      'goes on from checkout-b5d8f7c69-*',
    );
    expect(parts.map(({ name, lines: held }) => [name, held.length])).toEqual([
      ['denied', 1],
      ['addedDenied', 1],
      ['gone', 1],
    ]);
    const [line] = parts[0]?.lines ?? [];
    expect(line === undefined ? null : changeText(line)).toEqual({
      before: 'Was allowed by allow-ledger from checkout-7d9f5c8b6d-*',
      after: 'is denied by default-deny',
    });
  });

  it('do not pair raw reports, which may be of either end', () => {
    const lines = linesOf([aChange('added', null, DENIED), aChange('gone', ALLOWED, null)], 'flow');
    expect(lines.map(({ twin }) => twin)).toEqual([null, null]);
  });

  it('say briefly what only goes on from other pods', () => {
    const from = (name: string) =>
      ({ ...ALLOWED, source: { kind: 'workload', namespace: 'shop', name, address: '' } }) as const;
    const [line] = linesOf(
      [
        aChange('added', null, from('checkout-b5d8f7c69-*')),
        aChange('gone', from('checkout-7d9f5c8b6d-*'), null),
      ],
      'connection',
    );
    expect(line === undefined ? null : changeText(line)).toEqual({
      before: 'Allowed by allow-ledger',
      after: 'before from checkout-7d9f5c8b6d-*',
    });
  });

  it('are none of a change without sides', () => {
    expect(lineOf(aChange('gone', null, null), 'connection')).toBeNull();
  });
});
