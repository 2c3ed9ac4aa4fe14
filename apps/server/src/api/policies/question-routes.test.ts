import type { FixesReply, WhatIfReply, WhyReply } from '@vibrissa/protocol/messages';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixesReplySchema } from './change-schemas.js';
import { WhyReplySchema } from './schemas.js';
import { DB, JOB, PolicyBench, START, WEB } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});

afterAll(() => bench.close());

const FROM = { from: String(START) };
const OF_JOB = { source: JOB, dest: DB, port: 5432, protocol: 'tcp' };

describe('POST /api/v1/policies/why', () => {
  it('explains what was observed by the known policies', async () => {
    const { status, reply } = await bench.post<WhyReply>('policies/why', OF_JOB, FROM);
    expect([status, [...Value.Errors(WhyReplySchema, reply)]]).toEqual([200, []]);
    expect(reply).toMatchObject({ knowsPolicies: true, observed: 'deny', evaluated: 'deny' });
    expect(reply.headline).toContain('allow-web');
    const ingress = reply.sides.find(({ direction }) => direction === 'ingress');
    const step = ingress?.tiers.find(({ tier }) => tier === 'default')?.policies[0]?.rules[0];
    expect(step?.match).toBe('no');
    expect(step?.conditions.map(({ match }) => match)).toContain('no');
  });

  it('tells what staged policies will do', async () => {
    const { reply } = await bench.post<WhyReply>('policies/why', { ...OF_JOB, source: WEB }, FROM);
    expect([reply.evaluated, reply.afterStaging]).toEqual(['allow', 'deny']);
  });

  it.each([
    ['another port', { ...OF_JOB, port: 5433 }],
    ['another address', { ...OF_JOB, dest: { ...DB, address: '10.0.0.9' } }],
    ['only a part of the name', { ...OF_JOB, source: { ...JOB, name: 'job' } }],
  ])('says that nothing was observed of %s', async (_what, question) => {
    const { status, error } = await bench.post('policies/why', question, FROM);
    expect([status, error.code]).toEqual([404, 'not-observed']);
    expect(error.message).toContain('widen the window');
  });

  it.each([
    ['source', { dest: DB, port: 5432, protocol: 'tcp' }],
    ['port', { ...OF_JOB, port: 70_000 }],
    ['kind', { ...OF_JOB, source: { ...JOB, kind: 'pod' } }],
    ['additional', { ...OF_JOB, why: true }],
  ])('refuses a question by the name of its field: %s', async (word, question) => {
    const { status, error } = await bench.post('policies/why', question, FROM);
    expect([status, error.message]).toEqual([400, expect.stringContaining(word)]);
  });

  it('takes nothing but JSON, since a page of another site may send text unasked', async () => {
    const response = await fetch(`${bench.server.url}/api/v1/policies/why`, {
      method: 'POST',
      body: JSON.stringify(OF_JOB),
    });
    expect(response.status).toBe(415);
  });
});

describe('POST /api/v1/policies/fixes', () => {
  it('lists what would allow a denied connection, each with what else it would do', async () => {
    const { status, reply } = await bench.post<FixesReply>('policies/fixes', OF_JOB, FROM);
    expect([status, [...Value.Errors(FixesReplySchema, reply)]]).toEqual([200, []]);
    expect(reply.fixes.length).toBeGreaterThan(1);
    expect(reply.fixes.map(({ allows }) => allows)).toContain('yes');
    expect(
      reply.fixes.every(({ title, diff, command }) => title !== '' && (diff !== '' || command !== null)),
    ).toBe(true);
    expect(reply.lines).toBe(2);
  });

  it('hands back changes that do what they say', async () => {
    const { reply } = await bench.post<FixesReply>('policies/fixes', OF_JOB, FROM);
    for (const { title, allows, change, others } of reply.fixes) {
      const tried = await bench.post<WhatIfReply>('policies/what-if', change, FROM);
      expect([title, tried.status, tried.reply.problems]).toEqual([title, 200, []]);
      const { totals } = tried.reply;
      const own = allows === 'yes' ? 'newly-allowed' : 'uncertain';
      expect([title, totals[own].lines]).toEqual([title, others[own].lines + 1]);
      expect([title, totals['newly-denied']]).toEqual([title, others['newly-denied']]);
    }
  });

  it('says why there is nothing to fix', async () => {
    const { reply } = await bench.post<FixesReply>(
      'policies/fixes',
      { ...OF_JOB, dest: { ...DB, name: 'old-0' }, source: WEB },
      FROM,
    );
    expect([reply.fixes, reply.notes.length > 0]).toEqual([[], true]);
  });
});
