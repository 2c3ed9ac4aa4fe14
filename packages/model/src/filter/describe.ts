import { isNumberField } from './field.js';
import { findField } from './fields.js';
import { isNothing, normalizeFilter } from './normalize.js';
import { describePlace, listed, PLACE_FIELDS } from './place-words.js';
import type { Filter, Operator } from './tree.js';

type Clause = Filter & { readonly type: 'clause' };

/** A filter in plain English, such as `denied flows from shop to anything on port 5432`: no capital, no full stop. */
export function describeFilter(filter: Filter): string {
  const normal = normalizeFilter(filter);
  if (normal.type === 'all') return 'all flows';
  if (isNothing(normal)) return 'no flows';
  if (normal.type === 'or') return normal.nodes.map(describeFilter).join(', or ');
  return sentence(normal.type === 'and' ? normal.nodes : [normal]);
}

function sentence(parts: readonly Filter[]): string {
  const clauses: Clause[] = [];
  const rest: string[] = [];
  for (const part of parts) {
    const clause = asClause(part);
    if (clause === null) rest.push(describePart(part));
    else clauses.push(clause);
  }
  const taken = new Set<Clause>();
  const take = (matches: (clause: Clause) => boolean): Clause | undefined => {
    const clause = clauses.find((one) => !taken.has(one) && matches(one));
    if (clause !== undefined) taken.add(clause);
    return clause;
  };
  const equal = (field: string) => take((clause) => clause.field === field && clause.op === '=');
  const verdict = equal('verdict')?.values.map((value) => VERDICT_WORDS[value] ?? value);
  const protocol = equal('protocol')?.values.map((value) => value.toUpperCase());
  const source = place('source', equal);
  const dest = place('dest', equal);
  const between =
    source === '' && dest === '' ? [] : [`from ${source || 'anything'} to ${dest || 'anything'}`];
  const ports = clauses.filter((clause) => clause.field === 'port');
  for (const clause of ports) taken.add(clause);
  const others = clauses.filter((clause) => !taken.has(clause));
  const phrases = [...phrasesOf(others), ...rest];
  return [
    ...(verdict === undefined ? [] : [listed(verdict)]),
    ...(protocol === undefined ? [] : [listed(protocol)]),
    'flows',
    ...between,
    ...ports.map(describeClause),
    ...phrases.flatMap((phrase, index) => (index === 0 ? [phrase] : ['and', phrase])),
  ].join(' ');
}

/** The words of clauses; the pair that asks for what only staged policies deny is said as one. */
function phrasesOf(clauses: readonly Clause[]): readonly string[] {
  const says = (field: string, op: Operator) =>
    clauses.find((one) => one.field === field && one.op === op && one.values.join() === 'deny');
  const pending = says('pending', '=');
  const verdict = says('verdict', '!=');
  if (pending === undefined || verdict === undefined) return clauses.map(describeClause);
  const others = clauses.filter((clause) => clause !== pending && clause !== verdict);
  return [...others.map(describeClause), 'that are not denied but would be'];
}

const VERDICT_WORDS: Readonly<Record<string, string>> = {
  allow: 'allowed',
  deny: 'denied',
  unknown: 'undecided',
};

function place(side: 'source' | 'dest', equal: (field: string) => Clause | undefined): string {
  const known = new Map<string, readonly string[]>();
  for (const field of PLACE_FIELDS) {
    const clause = equal(`${side}.${field}`);
    if (clause !== undefined) known.set(field, clause.values);
  }
  return describePlace(known);
}

const INVERSE: Partial<Record<Operator, Operator>> = { '=': '!=', '!=': '=', '~': '!~', '!~': '~' };

/** A clause, or the negation of one that another operator says; unknown numbers make the two differ. */
function asClause(part: Filter): Clause | null {
  if (part.type === 'clause') return part;
  if (part.type !== 'not' || part.node.type !== 'clause') return null;
  const field = findField(part.node.field);
  const op = INVERSE[part.node.op];
  const sure = field !== undefined && (!isNumberField(field) || field.name === 'port');
  return sure && op !== undefined ? { ...part.node, op } : null;
}

function describePart(part: Filter): string {
  if (part.type === 'text') return `mentioning “${part.value}”`;
  if (part.type === 'not') {
    return part.node.type === 'text'
      ? `not mentioning “${part.node.value}”`
      : `except ${describeFilter(part.node)}`;
  }
  return `that are either ${describeFilter(part)}`;
}

const MORE_OR_LESS: Readonly<Record<Operator, string>> = {
  '=': 'exactly',
  '!=': 'other than',
  '~': 'about',
  '!~': 'not about',
  '>': 'more than',
  '>=': 'at least',
  '<': 'less than',
  '<=': 'at most',
};

function describeClause(clause: Clause): string {
  const { op, values } = clause;
  const special = SPECIAL[clause.field]?.(op, listed(values), values);
  if (special !== undefined) return special;
  const field = findField(clause.field);
  const noun = field?.noun ?? clause.field;
  if (field !== undefined && isNumberField(field))
    return `with ${MORE_OR_LESS[op]} ${listed(values)} ${noun}`;
  const start = op === '!=' || op === '!~' ? 'without' : 'with';
  if (op === '~' || op === '!~') {
    return `${start} ${noun} containing ${listed(values.map((value) => `“${value}”`))}`;
  }
  return `${start} ${noun} ${listed(values)}`;
}

type Phrase = (op: Operator, list: string, values: readonly string[]) => string | undefined;

const REPORTER_WORDS: Readonly<Record<string, string>> = {
  src: 'the source',
  dst: 'the destination',
  fwd: 'a forwarder',
};

const PORT_WORDS: Partial<Record<Operator, string>> = {
  '=': 'on port',
  '!=': 'not on port',
  '>': 'on ports above',
  '>=': 'on ports from',
  '<': 'on ports below',
  '<=': 'on ports up to',
};

const isOrNot =
  (yes: string, no: string): Phrase =>
  (op, list) =>
    op === '=' ? `${yes} ${list}` : op === '!=' ? `${no} ${list}` : undefined;

const eitherEnd = isOrNot('from or to', 'neither from nor to');

const SPECIAL: Readonly<Record<string, Phrase>> = {
  port: (op, list) => `${PORT_WORDS[op] ?? 'on port'} ${list}`,
  verdict: (op, _list, values) => {
    const words = listed(values.map((value) => VERDICT_WORDS[value] ?? value));
    return op === '!=' ? `that are not ${words}` : `that are ${words}`;
  },
  pending: (op, _list, values) => {
    if (values.includes('unknown')) return undefined;
    const words = listed(values.map((value) => VERDICT_WORDS[value] ?? value));
    return op === '!=' ? `that would not be ${words}` : `that would be ${words}`;
  },
  namespace: eitherEnd,
  workload: eitherEnd,
  name: eitherEnd,
  address: eitherEnd,
  ip: eitherEnd,
  decided: isOrNot('decided by', 'not decided by'),
  node: isOrNot('seen on node', 'not seen on node'),
  reporter: (op, _list, values) => {
    const words = listed(values.map((value) => REPORTER_WORDS[value] ?? value));
    return op === '!=' ? `not reported by ${words}` : `reported by ${words}`;
  },
  bytes: (op, list) => `with ${MORE_OR_LESS[op]} ${list} of traffic`,
  age: (op, list) => `first seen ${MORE_OR_LESS[op]} ${list} ago`,
  seen: (op, list) => `last seen ${MORE_OR_LESS[op]} ${list} ago`,
};
