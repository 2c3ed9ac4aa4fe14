import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ALLOW_JOB, DB, JOB, POLICIES, PolicyBench, START } from './test-policies.js';

let bench: PolicyBench;

beforeAll(async () => {
  bench = await PolicyBench.open();
});

afterAll(() => bench.close());

const FROM = { from: String(START) };
const QUESTIONS = {
  why: { source: JOB, dest: DB, port: 5432, protocol: 'tcp' },
  fixes: { source: JOB, dest: DB, port: 5432, protocol: 'tcp' },
  'what-if': {
    yaml: ALLOW_JOB,
    enforce: [{ kind: 'StagedNetworkPolicy', namespace: 'data', name: 'default.no-web' }],
    labels: [{ namespace: 'shop', workload: 'job', labels: { app: 'web' } }],
  },
  recommend: { namespace: 'data', workload: 'db-0', dialect: 'calico', staged: false, tier: 'security' },
  quarantine: { namespace: 'shop', workload: 'web' },
  lint: { yaml: POLICIES },
  apply: { yaml: ALLOW_JOB },
} as const;

/** What a caller's own mistake, or nothing observed, is answered with. */
const ANSWERS: readonly number[] = [200, 400, 404, 409, 413, 415];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The value with one part of it, however deep, put in place by another. */
function replaced(value: Json, path: readonly number[], by: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined || value === null || typeof value !== 'object') return by;
  if (Array.isArray(value)) {
    const at = value.length === 0 ? 0 : step % value.length;
    return value.map((one: Json, index) => (index === at ? replaced(one, rest, by) : one));
  }
  const entries = Object.entries(value);
  const at = entries.length === 0 ? 0 : step % entries.length;
  return Object.fromEntries(
    entries.map(([key, one], index) => [key, index === at ? replaced(one, rest, by) : one]),
  );
}

it('answers any body with an answer or with what is wrong with it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...(Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[])),
      fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
      fc.jsonValue({ maxDepth: 2 }),
      async (question, path, by) => {
        const body = replaced(QUESTIONS[question], path, by as Json);
        const { status } = await bench.post(`policies/${question}`, body, FROM);
        expect(ANSWERS).toContain(status);
      },
    ),
    { numRuns: 100 },
  );
}, 60_000);

it('answers YAML in which anything is broken', async () => {
  const pieces = fc.constantFrom(
    '',
    '-',
    '{',
    '[',
    ':',
    '\t',
    '&a',
    '*a',
    '!!x',
    'null',
    '"',
    '- 1e99',
    '\u0000',
    '~',
  );
  const rulebook = bench.server.context.policies.rulebook;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(POLICIES.length),
      fc.nat(12),
      pieces,
      fc.constantFrom('what-if', 'lint'),
      async (at, length, piece, question) => {
        const yaml = `${POLICIES.slice(0, at)}${piece}${POLICIES.slice(at + length)}`;
        const { status } = await bench.post(`policies/${question}`, { yaml }, FROM);
        expect([200, 400]).toContain(status);
      },
    ),
    { numRuns: 100 },
  );
  expect(bench.server.context.policies.rulebook).toBe(rulebook);
}, 60_000);
