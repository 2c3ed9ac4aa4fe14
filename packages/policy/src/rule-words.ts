import type { Action } from '@vibrissa/model';
import { icmpWords, portsText } from './condition-words.js';
import { effectivePeerSelector } from './effective-selector.js';
import type { Direction, Peer, Rule } from './policy.js';
import { protocolText } from './protocols.js';
import { list, type SelectorPart, selectorParts, withWords } from './selector-words.js';

/**
 * A rule in words: `allows TCP 8443 from frontend`, `denies everything to 169.254.169.254/32`.
 * `namespace` is the policy's own, empty for a global one; it goes without saying.
 */
export function ruleText(rule: Rule, namespace: string, direction: Direction): string {
  const source = peerText(rule.source, namespace);
  const dest = peerText(rule.dest, namespace);
  const what = whatText(rule);
  const ends = [
    ...(source === '' ? [] : [`from ${source}`]),
    ...(dest === '' ? [] : [`to ${dest}`]),
    ...(source === '' && dest === '' && what !== 'everything' ? [anywhere(direction)] : []),
  ];
  const behind = rule.action === 'pass' ? ['on to the next tier'] : [];
  return [DOES[rule.action], what, ...ends, ...behind].join(' ');
}

const DOES: Record<Action, string> = { allow: 'allows', deny: 'denies', pass: 'passes', log: 'logs' };

function anywhere(direction: Direction): string {
  return direction === 'ingress' ? 'from anywhere' : 'to anywhere';
}

function whatText({ protocol, notProtocol, source, dest, ipVersion, icmp, notIcmp, http }: Rule): string {
  const hasPorts = dest.ports.length > 0;
  const kinds = [
    ...(protocol === null || (icmp !== undefined && !hasPorts) ? [] : [protocolText(protocol)]),
    ...(hasPorts ? [`${protocol === null ? 'port ' : ''}${portsText(dest.ports)}`] : []),
    ...(icmp === undefined ? [] : [icmpWords(icmp)]),
  ];
  const limits = [
    ...(notProtocol === null ? [] : [`but ${protocolText(notProtocol)}`]),
    ...(dest.notPorts.length === 0 ? [] : [`but port ${portsText(dest.notPorts)}`]),
    ...(notIcmp === undefined ? [] : [`but ${icmpWords(notIcmp)}`]),
    ...(ipVersion === undefined ? [] : [`over IPv${ipVersion}`]),
    ...(http === undefined ? [] : ['of some HTTP requests']),
    ...(source.ports.length === 0 ? [] : [`from source port ${portsText(source.ports)}`]),
    ...(source.notPorts.length === 0 ? [] : [`but from source port ${portsText(source.notPorts)}`]),
  ];
  return [kinds.length === 0 ? 'everything' : kinds.join(' '), ...limits].join(' ');
}

/** One side of a rule as a noun; empty when it asks nothing of whom. */
function peerText(peer: Peer, namespace: string): string {
  const selector = effectivePeerSelector(peer, namespace);
  const nouns = [
    ...(selector === null ? [] : [selectedText(selectorParts(selector), namespace)]),
    ...(peer.nets.length === 0 ? [] : [list(peer.nets)]),
    ...(peer.service === undefined ? [] : [`service ${peer.service.namespace}/${peer.service.name}`]),
  ];
  const without = [
    ...(peer.notSelector === null
      ? []
      : [`not ${withWords(selectorParts(peer.notSelector)) || 'any endpoint'}`]),
    ...(peer.notNets.length === 0 ? [] : [`not in ${list(peer.notNets)}`]),
  ];
  if (nouns.length === 0 && without.length === 0) return '';
  const noun = nouns.length === 0 ? 'anything' : nouns.join(' at ');
  return without.length === 0 ? noun : `${noun} ${without.join(' and ')}`;
}

/** Labels whose value is what people call a workload by. */
const IDENTITIES: ReadonlySet<string> = new Set(['app', 'k8s-app', 'app.kubernetes.io/name', 'name']);

function selectedText(parts: readonly SelectorPart[], namespace: string): string {
  const isHome = ({ selector }: SelectorPart) =>
    selector.op === 'eq' && selector.key === 'projectcalico.org/namespace' && selector.value === namespace;
  const away = parts.filter((part) => !isHome(part));
  const noun = parts.some(({ about }) => about === 'pod') ? 'pod' : 'endpoint';
  const asked = away.filter(({ about, selector }) => about !== 'pod' && selector.op !== 'all');
  const labels = asked.filter(({ about }) => about === 'labels');
  const [identity] = labels;
  if (identity !== undefined && labels.length === 1 && asked.every(({ about }) => about !== 'account')) {
    const name = nameText(identity);
    if (name !== null) return [name, withWords(asked.filter((part) => part !== identity))].join(' ').trim();
  }
  const words = withWords(asked);
  if (words === '') return away.length < parts.length ? `any ${noun} of its namespace` : `any ${noun}`;
  return words.startsWith('with ') ? `${noun}s ${words}` : `any ${noun} ${words}`;
}

function nameText({ selector }: SelectorPart): string | null {
  if (!('key' in selector) || !IDENTITIES.has(selector.key)) return null;
  if (selector.op === 'eq' && selector.value !== '') return selector.value;
  return selector.op === 'in' && !selector.values.includes('') ? list(selector.values) : null;
}
