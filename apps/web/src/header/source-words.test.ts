import type { AgentHealth, Health, SourceHealth } from '@vibrissa/protocol/messages';
import { describe, expect, it } from 'vitest';
import { aHealth as aHealthAt } from '../live/test-health.js';
import { senderLine, sourceLine, summaryOf } from './source-words.js';

const NOW = 1_770_000_000_000;

function aSource(change: Partial<SourceHealth> = {}): SourceHealth {
  return {
    name: 'relay',
    kind: 'hubble',
    target: 'relay:4245',
    state: 'live',
    detail: null,
    since: NOW - 60_000,
    retryAt: null,
    recordsPerSecond: 120.4,
    lagMs: 400,
    records: 9,
    lost: 0,
    lostBy: {},
    nodes: null,
    ...change,
  };
}

function anAgent(change: Partial<AgentHealth> = {}): AgentHealth {
  return {
    name: 'node-1',
    kind: 'agent',
    connected: true,
    lastSeen: NOW,
    recordsPerSecond: 0.2,
    lagMs: null,
    skewMs: 0,
    dropped: 0,
    ...change,
  };
}

function aHealth(change: Partial<Health> = {}): Health {
  return aHealthAt({ now: NOW, ...change });
}

describe('a source', () => {
  it('that is live says how far behind it is and how many nodes it speaks for', () => {
    const nodes = { connected: 3, unavailable: 1, gone: 1 };
    expect(sourceLine(aSource({ nodes }), NOW)).toMatchObject({
      word: 'Live',
      mood: 'live',
      rate: '120/s',
      notes: ['0.4 s behind', '2 of 5 nodes away'],
      loss: '',
    });
  });

  it('that is down says since when, when it is tried again, and why', () => {
    const down = aSource({ state: 'waiting', detail: 'connection refused', retryAt: NOW + 4_000 });
    expect(sourceLine(down, NOW)).toMatchObject({
      word: 'Down',
      mood: 'trying',
      rate: '',
      notes: ['for 1 min', 'next try in 4 s', 'connection refused'],
    });
    expect(sourceLine(down, NOW + 5_000).notes).toContain('trying now');
  });

  it('names the reasons for what it lost, the largest first', () => {
    expect(sourceLine(aSource({ lost: 5, lostBy: { 'ring full': 5 } }), NOW).loss).toBe(
      '5 records lost: ring full',
    );
    const lostBy = { a: 1, b: 4, c: 2, d: 3 };
    expect(sourceLine(aSource({ lost: 10, lostBy }), NOW).loss).toBe('10 records lost: b 4, d 3, c 2, …');
  });
});

describe('a sender', () => {
  it('says what is worth knowing of it', () => {
    expect(senderLine(anAgent(), NOW)).toMatchObject({ word: 'Live', rate: '<1/s', notes: [] });
    expect(senderLine(anAgent({ recordsPerSecond: 0 }), NOW).notes).toEqual(['idle']);
    const away = anAgent({ connected: false, lastSeen: NOW - 120_000, skewMs: 9_000, dropped: 1 });
    expect(senderLine(away, NOW)).toMatchObject({
      mood: 'away',
      rate: '',
      notes: ['last report 2 min ago', 'clock 9 s behind'],
      loss: '1 record dropped',
    });
  });
});

describe('the summary', () => {
  it('counts agents where there are no sources, and names what is down', () => {
    expect(summaryOf(aHealth())).toEqual({ parts: [['0', 'agents']], down: '', away: 0 });
    expect(summaryOf(aHealth({ sources: [aSource()] })).parts).toEqual([['1', 'source']]);
    const down = aSource({ state: 'waiting' });
    const mixed = aHealth({
      sources: [down, aSource({ name: 'b' })],
      agents: [anAgent({ kind: 'felix' })],
      agentsConnected: 2,
      agentsAway: 1,
    });
    expect(summaryOf(mixed)).toEqual({
      parts: [
        ['2', 'sources'],
        ['2', 'senders'],
      ],
      down: 'relay down',
      away: 1,
    });
    expect(summaryOf(aHealth({ sources: [down, down, aSource()] }))).toMatchObject({
      parts: [],
      down: '2 of 3 sources down',
    });
  });

  it('does not call down what has only just begun to connect, and does between two tries', () => {
    const state = 'connecting' as const;
    expect(summaryOf(aHealth({ sources: [aSource({ state, since: NOW - 1_000 })] })).down).toBe('');
    expect(summaryOf(aHealth({ sources: [aSource({ state })] })).down).toBe('relay down');
  });
});
