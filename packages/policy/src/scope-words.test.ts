import { describe, expect, it } from 'vitest';
import { readResources } from './read-resources.js';
import { scopeWords } from './scope-words.js';

function wordsOf(text: string): string {
  const { policies, problems } = readResources([{ name: 'policy.yaml', text }]);
  const [policy] = policies;
  if (policy === undefined) throw new Error(problems[0]?.message);
  return scopeWords(policy);
}

const kubernetes = (selector: string) => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: p, namespace: shop }
spec: { podSelector: ${selector} }
`;

const global = (spec: string) => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: p }
spec: { ${spec} }
`;

describe('whom a policy selects', () => {
  it.each([
    [kubernetes('{}'), 'all pods in namespace shop'],
    [kubernetes('{ matchLabels: { role: db } }'), 'pods with role=db in namespace shop'],
    [global(''), 'all pods and hosts'],
    [global('selector: role == "db"'), 'pods and hosts with role=db'],
    [global('namespaceSelector: all()'), 'all pods in any namespace'],
    [global('selector: all(), namespaceSelector: all()'), 'all pods in any namespace'],
    [
      global(`selector: all(), namespaceSelector: "projectcalico.org/name in {'shop', 'payments'}"`),
      'all pods in namespace payments or shop',
    ],
    [
      global('selector: role == "db", namespaceSelector: team == "a"'),
      'pods with role=db in a namespace with team=a',
    ],
  ])('is said in words', (text, words) => {
    expect(wordsOf(text)).toBe(words);
  });
});
