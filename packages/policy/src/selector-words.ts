import type { Selector } from './selector.js';

/** What a part of a rule's selector looks at: whether it is a pod at all, where it is, who it runs as, what it is. */
export type SelectorSubject = 'pod' | 'namespace' | 'account' | 'labels';

/** One condition of a selector whose conditions must all hold. */
export interface SelectorPart {
  readonly about: SelectorSubject;
  readonly selector: Selector;
}

const NAMESPACE = 'projectcalico.org/namespace';
const ACCOUNT = 'projectcalico.org/serviceaccount';
const ORCHESTRATOR = 'projectcalico.org/orchestrator';
/** Labels by which the name of a namespace or a service account is asked for. */
const NAMES: ReadonlySet<string> = new Set([
  NAMESPACE,
  'pcns.projectcalico.org/name',
  'pcns.kubernetes.io/metadata.name',
  ACCOUNT,
  'pcsa.projectcalico.org/name',
]);

/** The parts of an effective selector, in the order they are written. */
export function selectorParts(selector: Selector): readonly SelectorPart[] {
  if (selector.op === 'and') return selector.of.flatMap(selectorParts);
  return [{ about: subjectOf(selector), selector }];
}

function subjectOf(selector: Selector): SelectorSubject {
  if (selector.op === 'not') return subjectOf(selector.of);
  if ('of' in selector) {
    const [first = 'labels', ...others] = selector.of.map(subjectOf);
    return others.every((other) => other === first) ? first : 'labels';
  }
  if (!('key' in selector)) return 'labels';
  const { key } = selector;
  if (key === ORCHESTRATOR) return 'pod';
  if (key === NAMESPACE || key.startsWith('pcns.')) return 'namespace';
  return key === ACCOUNT || key.startsWith('pcsa.') ? 'account' : 'labels';
}

/** A selector as what stands behind a noun: `with role=db in namespace shop`; empty for one that asks nothing. */
export function withWords(parts: readonly SelectorPart[]): string {
  const about = (subject: SelectorSubject) =>
    parts.filter((part) => part.about === subject && !asksNothing(part.selector));
  const labels = about('labels').map(({ selector }) => selectorText(selector));
  const accounts = about('account').map(({ selector }) => accountText(selector));
  const places = about('namespace').map(({ selector }) => placeText(selector));
  const having = [...labels, ...accounts];
  return [...(having.length === 0 ? [] : [`with ${cut(having.join(' and '))}`]), ...places].join(' ');
}

function asksNothing(selector: Selector): boolean {
  return (
    selector.op === 'all' || selector.op === 'global' || (selector.op === 'and' && selector.of.length === 0)
  );
}

function placeText(selector: Selector): string {
  if (selector.op === 'has' && selector.key === NAMESPACE) return 'in any namespace';
  if (selector.op === 'not' && selector.of.op === 'has' && selector.of.key === NAMESPACE) {
    return 'of no namespace';
  }
  const named = namedText(selector);
  return named === null ? `in a namespace with ${selectorText(selector)}` : `in namespace ${named}`;
}

function accountText(selector: Selector): string {
  const named = namedText(selector);
  if (named !== null) return `service account ${named}`;
  return selector.op === 'has' && selector.key === ACCOUNT
    ? 'any service account'
    : `a service account with ${selectorText(selector)}`;
}

/** The names that a selector asks for; null for one that asks for other labels. */
function namedText(selector: Selector): string | null {
  if (!('key' in selector) || !NAMES.has(selector.key)) return null;
  if (selector.op === 'eq') return selector.value;
  return selector.op === 'in' ? list(selector.values) : null;
}

/** A selector in the short words of `kubectl`: `role=db and tier in (a, b)`. */
export function selectorText(selector: Selector): string {
  switch (selector.op) {
    case 'all':
    case 'global':
      return 'any labels';
    case 'not':
      return selector.of.op === 'has'
        ? `no label ${labelName(selector.of.key)}`
        : `not (${selectorText(selector.of)})`;
    case 'and':
      return selector.of.length === 0 ? 'any labels' : selector.of.map(selectorText).join(' and ');
    case 'or':
      return `(${selector.of.map(selectorText).join(' or ')})`;
    case 'has':
      return `a label ${labelName(selector.key)}`;
    case 'eq':
      return selector.value === ''
        ? `an empty label ${labelName(selector.key)}`
        : `${labelName(selector.key)}=${selector.value}`;
    case 'ne':
      return `${labelName(selector.key)}!=${selector.value}`;
    case 'in':
    case 'not-in':
      return `${labelName(selector.key)} ${selector.op === 'in' ? 'in' : 'not in'} (${short(selector.values).join(', ')})`;
    case 'contains':
      return `${labelName(selector.key)} containing ${selector.value}`;
    case 'starts-with':
      return `${labelName(selector.key)} starting with ${selector.value}`;
    case 'ends-with':
      return `${labelName(selector.key)} ending with ${selector.value}`;
  }
}

/** A label as its owner writes it: Calico puts a prefix before what a pod inherits. */
export function labelName(key: string): string {
  return key.startsWith('pcns.') || key.startsWith('pcsa.') ? key.slice(5) : key;
}

/** A label as a noun: `label role`, `namespace label team`. */
export function labelWords(key: string): string {
  if (key === ACCOUNT || key === 'pcsa.projectcalico.org/name') return 'the service account';
  if (NAMES.has(key)) return 'the namespace';
  if (key.startsWith('pcns.')) return `namespace label ${labelName(key)}`;
  if (key.startsWith('pcsa.')) return `service account label ${labelName(key)}`;
  return `label ${key}`;
}

/** What an end has of a label that a selector asks for: `role=helper`, `no label role`, `namespace web`. */
export function valueWords(key: string, value: string | undefined): string {
  if (NAMES.has(key)) {
    const noun = key === ACCOUNT || key.startsWith('pcsa.') ? 'service account' : 'namespace';
    return value === undefined ? `no ${noun}` : `${noun} ${value}`;
  }
  if (value === undefined) return `no ${labelWords(key)}`;
  if (value === '') return `an empty ${labelWords(key)}`;
  return key.startsWith('pcns.') || key.startsWith('pcsa.')
    ? `${labelWords(key)}=${value}`
    : `${key}=${value}`;
}

/** `a, b or c`, with the number of what is left out of a long list. */
export function list(items: readonly string[]): string {
  const shown = short(items);
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function short(items: readonly string[]): readonly string[] {
  return items.length > 5 ? [...items.slice(0, 4), `${items.length - 4} more`] : items;
}

const LONGEST = 200;

/** A selector of a policy that somebody else wrote can have any length; a sentence cannot. */
function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
