import { type Endpoint, NO_EVIDENCE, type PolicyHit, type Verdict } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.js';
import { hit } from './fixtures.js';
import type { SeenConnection, SeenReport } from './seen-connection.js';

const checkout: Endpoint = {
  kind: 'workload',
  namespace: 'shop',
  name: 'checkout-7d9f5c8b6d-*',
  address: '',
};
const payments: Endpoint = { kind: 'workload', namespace: 'pay', name: 'payments-*', address: '' };

const DEFAULT_DENY = {
  kind: 'CalicoNetworkPolicy',
  namespace: 'pay',
  name: 'default-deny',
  tier: 'security',
} as const;
const LOCKDOWN = { ...DEFAULT_DENY, kind: 'StagedNetworkPolicy', name: 'lockdown-data' } as const;

function endOfTier(trigger: PolicyHit['trigger'], action: PolicyHit['action'] = 'deny'): PolicyHit {
  return hit({
    kind: 'EndOfTier',
    name: '',
    tier: trigger?.tier ?? 'security',
    action,
    ruleIndex: -1,
    trigger,
  });
}

function report(
  reporter: SeenReport['reporter'],
  verdict: Verdict,
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[] = enforced,
): SeenReport {
  return {
    reporter,
    verdict,
    enforced,
    pending,
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
  };
}

function seen(flows: readonly SeenReport[], more: Partial<SeenConnection> = {}): SeenConnection {
  return { source: checkout, dest: payments, port: 8443, protocol: 'tcp', flows, ...more };
}

const ALLOWED = hit({
  name: 'allow-shop',
  tier: 'default',
  kind: 'NetworkPolicy',
  namespace: 'pay',
  ruleIndex: 1,
});
const PROFILE = hit({ kind: 'Profile', name: 'kns.pay', tier: '' });

describe('the headline', () => {
  const headline = (flows: readonly SeenReport[], more: Partial<SeenConnection> = {}) =>
    explain(seen(flows, more)).headline;

  it('names the end of a tier', () => {
    expect(
      headline([report('src', 'allow', [ALLOWED]), report('dst', 'deny', [endOfTier(DEFAULT_DENY)])]),
    ).toBe(
      'payments refused the call: no rule of default-deny (tier security) allows tcp 8443 from checkout.',
    );
  });

  it('names the rule that denies, counted from 1', () => {
    const denial = hit({ name: 'block', tier: 'security', action: 'deny', ruleIndex: 0 });
    expect(headline([report('dst', 'deny', [denial])])).toBe(
      'payments refused the call: rule 1 of block (tier security) denies tcp 8443 from checkout.',
    );
    expect(headline([report('dst', 'deny', [{ ...denial, ruleIndex: -2 }])])).toContain('a rule of block');
  });

  it('tells a denial at the source from one at the destination', () => {
    const { headline, notes } = explain(seen([report('src', 'deny', [endOfTier(DEFAULT_DENY)])]));
    expect(headline).toBe(
      'checkout was not let out to payments: no rule of default-deny (tier security) allows tcp 8443 to payments.',
    );
    expect(notes).toEqual(['The destination never saw it: it was stopped on the node of checkout.']);
  });

  it('says what allows', () => {
    expect(headline([report('dst', 'allow', [ALLOWED])])).toBe(
      'checkout may call payments on tcp 8443: rule 2 of allow-shop (tier default) allows it.',
    );
    expect(headline([report('dst', 'allow', [PROFILE])])).toBe(
      'checkout may call payments on tcp 8443: no policy denies it, and the profile of namespace pay allows everything.',
    );
  });

  it('says when not even a profile allows', () => {
    const none = hit({ kind: 'Profile', name: '', tier: '', action: 'deny', ruleIndex: -1 });
    expect(headline([report('dst', 'deny', [none])])).toBe(
      'payments refused the call: no policy and no profile allows tcp 8443 from checkout.',
    );
    expect(headline([report('dst', 'deny', [{ ...none, name: 'kns.pay', ruleIndex: 0 }])])).toBe(
      'payments refused the call: the profile of namespace pay denies tcp 8443 from checkout.',
    );
  });

  it('says what staged policies would do', () => {
    expect(headline([report('dst', 'allow', [PROFILE], [endOfTier(LOCKDOWN)])])).toBe(
      'Allowed today. Once lockdown-data (staged, tier security) is enforced, it is denied: ' +
        'no rule of it allows tcp 8443 from checkout.',
    );
    expect(
      headline([report('dst', 'deny', [endOfTier(DEFAULT_DENY)], [hit({ kind: 'StagedNetworkPolicy' })])]),
    ).toMatch(/Once the staged policies are enforced, it is allowed\.$/);
  });

  it('tells an old connection that would not be let in again', () => {
    expect(headline([report('dst', 'allow', [PROFILE], [endOfTier(DEFAULT_DENY)])])).toBe(
      'Allowed today. It would be denied if it were opened again: ' +
        'no rule of default-deny (tier security) allows tcp 8443 from checkout.',
    );
  });

  it('claims nothing that no report says', () => {
    expect(headline([report('dst', 'unknown', [])])).toBe(
      'checkout called payments on tcp 8443; no report says what policy did with it.',
    );
    expect(headline([report('dst', 'deny', [])])).toBe(
      'payments refused the call from checkout; the report does not say by which policy.',
    );
    expect(explain(seen([])).notes).toEqual(['There is no report to explain.']);
  });

  it('tells ends of one name apart, and says no port where there is none', () => {
    expect(
      headline([report('dst', 'allow', [ALLOWED])], {
        source: { ...payments, namespace: 'old' },
        port: 0,
        protocol: 'icmp',
      }),
    ).toContain('old/payments may call pay/payments on icmp');
  });
});

describe('the steps', () => {
  it('follow the trace and mark the one that decided', () => {
    const pass = { ...endOfTier({ ...DEFAULT_DENY, tier: 'platform', name: 'allow-dns' }, 'pass') };
    const { sides } = explain(seen([report('dst', 'deny', [pass, endOfTier(DEFAULT_DENY)])]));
    expect(sides[0]?.title).toBe('Arriving at payments');
    expect(sides[0]?.enforced.map(({ text, decided }) => [text, decided])).toEqual([
      ['selected by allow-dns in tier platform, no rule matched, so the tier passes it on', false],
      ['selected by default-deny in tier security, no rule matched, so the tier denies', true],
    ]);
  });

  it('mark none of an unfinished trace', () => {
    const { sides } = explain(seen([report('dst', 'unknown', [hit({ action: 'pass' })])]));
    expect(sides[0]?.enforced.map(({ decided }) => decided)).toEqual([false]);
  });

  it('differ when a staged policy changes them, not when only the trigger is another of the tier', () => {
    const other = endOfTier({ ...DEFAULT_DENY, name: 'ledger-access' });
    const [same] = explain(seen([report('dst', 'deny', [endOfTier(DEFAULT_DENY)], [other])])).sides;
    const [changed] = explain(seen([report('dst', 'allow', [PROFILE], [endOfTier(LOCKDOWN)])])).sides;
    expect([same?.pendingDiffers, changed?.pendingDiffers]).toEqual([false, true]);
  });

  it('come once for equal reports, source first', () => {
    const flows = [
      report('dst', 'allow', [PROFILE]),
      report('dst', 'allow', [PROFILE]),
      report('src', 'allow', []),
    ];
    expect(explain(seen(flows)).sides.map(({ reporter }) => reporter)).toEqual(['src', 'dst']);
  });
});
