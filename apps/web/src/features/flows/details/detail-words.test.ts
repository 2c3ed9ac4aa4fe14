import { EMPTY_TALLY, tallyOf } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import {
  attemptWords,
  helpSentence,
  judgedOf,
  lossSentence,
  reportSentence,
  shareWords,
} from './detail-words.js';
import { aGroup, aHit, aRow } from './test-groups.js';

const LIVE = { from: -900_000 };

describe('attempts', () => {
  it('count what was denied of a denied row, and all connections of another', () => {
    const counts = { connectionsStarted: 41, connectionsDenied: 40 };
    expect(attemptWords(aRow({ ...counts, verdict: 'deny' }), LIVE, 0)).toBe('40 attempts in 15 min');
    expect(attemptWords(aRow(counts), LIVE, 0)).toBe('41 connections in 15 min');
  });

  it('are of the stretch that the window stands still on', () => {
    const from = new Date(2026, 10, 21, 14).getTime();
    const row = aRow({ connectionsStarted: 3 });
    const past = { from, to: from + 3_600_000 };
    expect(attemptWords(row, past, from + 86_400_000)).toBe('3 connections · Yesterday 14:00 – 15:00');
  });

  it('are left out when they are not known', () => {
    expect(attemptWords(aRow({ verdict: 'deny' }), LIVE, 0)).toBe('in 15 min');
  });
});

describe('the second sentence', () => {
  const trigger = aHit();
  const endOfTier = aHit({ kind: 'EndOfTier', name: '', ruleIndex: -1, trigger });
  const stagedEnd = { ...endOfTier, trigger: { ...trigger, kind: 'StagedNetworkPolicy' } } as const;

  it('tells how a tier closes', () => {
    expect(helpSentence(aRow({ verdict: 'deny', decidedBy: endOfTier }))).toContain(
      'what no rule of tier security matches is denied',
    );
  });

  it('says that nothing is blocked yet by what is staged', () => {
    expect(helpSentence(aRow({ pending: 'deny', pendingDecidedBy: stagedEnd }))).toMatch(
      /^Nothing is blocked yet/,
    );
    const rule = aHit({ kind: 'StagedNetworkPolicy', name: 'lockdown' });
    expect(helpSentence(aRow({ pending: 'deny', pendingDecidedBy: rule }))).toContain(
      'lockdown only watches',
    );
  });

  it('does not call an enforced policy staged', () => {
    expect(helpSentence(aRow({ pending: 'deny', pendingDecidedBy: endOfTier }))).toBe(
      'Connections that are open stay open; a new one would not be let in.',
    );
  });

  it('claims nothing that is not known', () => {
    expect(helpSentence(aRow({ verdict: 'deny' }))).toBe('');
    expect(helpSentence(aRow({ verdict: 'unknown', pending: 'unknown' }))).toContain('none is claimed');
  });
});

describe('lost packets', () => {
  it('are told from a denial by a policy', () => {
    expect(lossSentence({ verdict: 'unknown' }, tallyOf(['STALE_ROUTE', 'NO_TUNNEL']))).toBe(
      'Packets were lost on the way (NO_TUNNEL, STALE_ROUTE): a fault of the network, not a denial by a policy.',
    );
    expect(lossSentence({ verdict: 'deny' }, tallyOf(['POLICY_DENIED']))).toBe('');
    expect(lossSentence({ verdict: 'unknown' }, EMPTY_TALLY)).toBe('');
  });

  it('are not explained where only silence was seen', () => {
    expect(lossSentence({ verdict: 'unknown' }, tallyOf(['no reply']))).toContain('no source tells');
    expect(lossSentence({ verdict: 'unknown' }, tallyOf(['no reply', 'NO_TUNNEL']))).toContain('(NO_TUNNEL)');
  });
});

describe('one report of a connection', () => {
  it('is told apart from the whole', () => {
    expect(reportSentence(aRow({ reporter: 'src' }))).toMatch(/^You opened the report of the source;/);
    expect(reportSentence(aRow())).toBe('');
  });

  it('leaves the judgement to the whole', () => {
    const whole = aGroup({ verdict: 'deny', pendingVerdict: 'deny', decidedBy: aHit() });
    expect(helpSentence(judgedOf(whole))).toBe('Later rules and tiers are not asked.');
  });
});

describe('a share', () => {
  it('never rounds to all or none', () => {
    expect(shareWords(0, 1_000)).toBe('none of them');
    expect(shareWords(1, 1_000)).toBe('under 1 % of them');
    expect(shareWords(999, 1_000)).toBe('99 % of them');
    expect(shareWords(1_000, 1_000)).toBe('all of them');
  });

  it('is not told of the unknown', () => {
    expect([shareWords(null, 5), shareWords(5, null), shareWords(0, 0)]).toEqual(['', '', '']);
  });
});
