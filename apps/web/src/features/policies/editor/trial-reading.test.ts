import { EMPTY_RULEBOOK, type Rulebook, readResources } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { readTrial } from './trial-reading.js';

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
`;
const { policies, tiers } = readResources([{ name: 'known', text: POLICY }]);
const BOOK: Rulebook = { ...EMPTY_RULEBOOK, policies, tiers };
const CART = { kind: 'NetworkPolicy', namespace: 'shop', name: 'cart' } as const;

describe('a change as it is typed', () => {
  it('says what it does to what is known, and what of the text is new', () => {
    const yaml = `${POLICY}---\n${POLICY.replace('name: cart', 'name: other')}`;
    const read = readTrial({ yaml }, POLICY, BOOK);
    expect(read.does).toEqual(['changes NetworkPolicy shop/cart', 'adds NetworkPolicy shop/other']);
    expect(read.diff).toContain('+  name: other');
    expect(read).toMatchObject({ isChange: true, problems: [], refusal: null });
  });

  it('is compared with what is in force by the same name, where no other text is given', () => {
    const { diff } = readTrial(
      { yaml: POLICY.replace('podSelector: {}', 'podSelector: { matchLabels: { app: cart } }') },
      null,
      BOOK,
    );
    expect(diff).toContain('-  podSelector: {}');
    expect(diff).not.toContain('-  name: cart');
  });

  it('is none where the text is wrong, and says at which line', () => {
    const read = readTrial({ yaml: POLICY.replace('[Ingress]', '[Sideways]') }, POLICY, BOOK);
    expect(read.isChange).toBe(false);
    expect(read.problems).toMatchObject([{ severity: 'error', line: 8 }]);
  });

  it('is refused where it removes what is not there', () => {
    const remove = [{ ...CART, name: 'gone' }];
    expect(readTrial({ remove }, '', BOOK).refusal).toMatch(/gone/);
    expect(readTrial({ remove: [CART] }, '', BOOK)).toMatchObject({
      does: ['removes NetworkPolicy shop/cart'],
      refusal: null,
    });
  });

  it('tells what of it only takes effect once it is enforced, and does not say so twice', () => {
    const yaml = `${POLICY}---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: lock, namespace: shop }
spec: { selector: all(), types: [Ingress] }
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: learnt, namespace: shop }
spec: { stagedAction: Learn, selector: all(), types: [Ingress] }
`;
    const { staged } = readTrial({ yaml }, null, BOOK);
    const lock = { kind: 'StagedNetworkPolicy', namespace: 'shop', name: 'lock' } as const;
    expect(staged).toEqual([lock]);
    const tried = readTrial({ yaml, enforce: staged }, null, BOOK);
    expect(tried.does.filter((words) => words.includes('lock'))).toEqual([
      'adds StagedNetworkPolicy shop/lock',
    ]);
    expect(tried.edits.at(-1)).toEqual({ op: 'enforce', policy: lock });
  });

  it('writes what comes into force where a staged policy is enforced', () => {
    const staged = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: default.lock, namespace: shop }
spec: { selector: all(), types: [Ingress] }
`;
    const known = readResources([{ name: 'known', text: staged }]);
    const [policy] = known.policies;
    if (policy === undefined) throw new Error('the staged policy is not read');
    const { kind, namespace, name } = policy;
    const book = { ...BOOK, policies: known.policies };
    const read = readTrial({ enforce: [{ kind, namespace, name }] }, '', book);
    expect(read.does).toEqual([`enforces StagedNetworkPolicy shop/${name}`]);
    expect(read.enforced).toContain('kind: NetworkPolicy');
    expect(readTrial({ yaml: POLICY }, '', book).enforced).toBe('');
  });

  it.each(['', '# a note\n---\n'])('is nothing, and nothing is wrong, in %j', (yaml) => {
    expect(readTrial({ yaml }, '', BOOK)).toMatchObject({ isChange: false, problems: [] });
  });

  it('warns of a text that holds nothing to try', () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n';
    expect(readTrial({ yaml }, '', BOOK).problems).toMatchObject([{ severity: 'warning' }]);
  });

  it('tells all sorts of objects', () => {
    const yaml = `apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: security }
spec: { order: 10 }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: partners, labels: { role: partner } }
spec: { nets: [203.0.113.0/24] }
`;
    const labels = [{ namespace: 'shop', workload: 'cart', labels: { tier: 'db' } }];
    expect(readTrial({ yaml, labels }, '', BOOK).does).toEqual([
      'adds tier security',
      'adds network set partners',
      'labels shop/cart tier=db',
    ]);
  });
});
