import { NO_EVIDENCE } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Connection } from './connection.js';
import { effectivePolicySelector } from './effective-selector.js';
import { decideConnection, decideSide, evaluateConnection, evaluateSide } from './evaluate.js';
import { explain } from './explain.js';
import { rule } from './fixtures.js';
import { matchParty } from './match-labels.js';
import { anyRule, DIRECTIONS, type Rule } from './policy.js';
import { PolicySet } from './policy-set.js';
import { stagedApplied } from './staged.js';
import { sideSteps } from './steps.js';
import { connections, forgetful, forgotten, pod, policies, TIERS } from './testing/arbitrary.js';

describe('properties of evaluation', () => {
  it('an allow rule more never denies what was allowed', () => {
    fc.assert(
      fc.property(policies, connections, fc.nat(5), fc.nat(3), (list, connection, at, place) => {
        const extra = { ...anyRule('allow'), protocol: 'tcp' };
        const more = list.map((given, index) => {
          if (index !== at) return given;
          const insert = (before: readonly Rule[]) => [
            ...before.slice(0, place),
            extra,
            ...before.slice(place),
          ];
          return { ...given, ingress: insert(given.ingress), egress: insert(given.egress) };
        });
        for (const direction of DIRECTIONS) {
          const before = decideSide(new PolicySet(TIERS, list), connection, direction);
          const after = decideSide(new PolicySet(TIERS, more), connection, direction);
          if (before.verdict === 'allow') expect(after.verdict).toBe('allow');
          if (before.pending === 'allow') expect(after.pending).toBe('allow');
        }
      }),
      { numRuns: 200 },
    );
  });

  it('what is known to be so stays so, whatever the missing facts turn out to be', () => {
    fc.assert(
      fc.property(
        policies,
        connections,
        forgotten,
        forgotten,
        fc.boolean(),
        (list, full, a, b, noProtocol) => {
          const set = new PolicySet(TIERS, list);
          const less: Connection = {
            ...full,
            source: forgetful(full.source, a),
            dest: forgetful(full.dest, b),
            ...(noProtocol ? { protocol: '', sourcePort: 0 } : {}),
          };
          const truth = decideConnection(set, full);
          const told = decideConnection(set, less);
          if (told.verdict !== 'unknown') expect(told.verdict).toBe(truth.verdict);
          if (told.pending !== 'unknown') expect(told.pending).toBe(truth.pending);
        },
      ),
      { numRuns: 800 },
    );
  });

  it('nothing is unknown when every fact is known, and the trace ends with the verdict', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const set = new PolicySet(TIERS, list);
        const found = evaluateConnection(set, connection);
        const { verdict, pending } = found;
        expect(decideConnection(set, connection)).toEqual({ verdict, pending });
        for (const side of [found.source, found.dest]) {
          if (side === null) continue;
          expect(side.trace.enforced.at(-1)?.action).toBe(side.verdict);
          expect(side.trace.pending.at(-1)?.action).toBe(side.pending);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('enforcing staged policies where there are none changes nothing', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const enforced = list.filter(({ kind }) => !kind.startsWith('Staged'));
        const distinct = [...new Map(enforced.map((one) => [`${one.kind} ${one.name}`, one])).values()];
        const set = new PolicySet(TIERS, distinct);
        const found = decideConnection(set, connection);
        expect(found.pending).toBe(found.verdict);
        expect(stagedApplied(distinct)).toEqual(distinct);
        expect(decideConnection(set.afterStaging(), connection)).toEqual(found);
      }),
      { numRuns: 300 },
    );
  });

  it('the steps come to the verdict and give no other reasons than matching did', () => {
    fc.assert(
      fc.property(policies, connections, forgotten, (list, full, a) => {
        const connection = { ...full, source: forgetful(full.source, a) };
        const set = new PolicySet(TIERS, list);
        for (const direction of DIRECTIONS) {
          const side = evaluateSide(set, connection, direction);
          for (const which of ['enforced', 'pending'] as const) {
            const steps = sideSteps(set, connection, direction, which);
            expect(steps.verdict).toBe(which === 'enforced' ? side.verdict : side.pending);
            if (side.trace[which].length > 0) {
              expect(steps.cannotTell).toEqual([]);
              const tiers = steps.tiers.filter(({ outcome }) => outcome !== 'skipped');
              const hits = side.trace[which].filter(({ kind }) => kind !== 'Profile');
              expect(tiers.map(({ outcome }) => outcome)).toEqual(hits.map(({ action }) => action));
              expect(tiers.map(({ tier }) => tier.name)).toEqual(hits.map(({ tier }) => tier));
            } else if (steps.verdict === 'unknown' && side !== null && connection.dest.labels !== undefined) {
              const governed = direction === 'egress' ? connection.source : connection.dest;
              if (governed.labels !== undefined) expect(steps.cannotTell.length).toBeGreaterThan(0);
            }
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('explaining a report of what was evaluated comes to the same verdict by the same rule', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const found = evaluateConnection(new PolicySet(TIERS, list), connection);
        const reports = (
          [
            ['src', found.source],
            ['dst', found.dest],
          ] as const
        ).flatMap(([reporter, side]) =>
          side === null ? [] : [{ ...side.trace, reporter, verdict: side.verdict, side }],
        );
        const nobody = { kind: 'workload', namespace: 'shop', name: 'web', address: '' } as const;
        const told = explain({
          source: nobody,
          dest: { ...nobody, name: 'db' },
          port: connection.port,
          protocol: connection.protocol,
          flows: reports.map(({ side: _, ...report }) => ({
            ...report,
            sourceLabels: null,
            destLabels: null,
            evidence: NO_EVIDENCE,
          })),
        });
        expect(told.sides.map(({ verdict, pending }) => [verdict, pending])).toEqual(
          reports.map(({ side }) => [side.verdict, side.pending]),
        );
        for (const { enforced, verdict } of told.sides) {
          expect(enforced.filter(({ decided }) => decided).map(({ action }) => action)).toEqual([verdict]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the index finds every policy that selects an end, in order', () => {
    fc.assert(
      fc.property(policies, pod, forgotten, (list, whole, what) => {
        const party = forgetful(whole, what);
        const set = new PolicySet(TIERS, list);
        const expected = set.policies.filter(
          (one) => one.types.includes('ingress') && matchParty(effectivePolicySelector(one), party) !== 'no',
        );
        const found = set.governs(party, 'ingress').pending.flatMap((tier) => tier.policies);
        expect(found.map(({ compiled }) => compiled.policy)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a rule that only logs', () => {
  it('never changes a verdict', () => {
    fc.assert(
      fc.property(policies, connections, (list, connection) => {
        const logged = list.map((one) => ({
          ...one,
          ingress: [rule('log'), ...one.ingress],
          egress: [rule('log'), ...one.egress],
        }));
        expect(decideConnection(new PolicySet(TIERS, logged), connection)).toEqual(
          decideConnection(new PolicySet(TIERS, list), connection),
        );
      }),
    );
  });
});
