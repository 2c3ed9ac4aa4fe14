import type { Endpoint } from '../endpoint.js';
import type { FlowGroup, GroupKey } from '../flow-group.js';
import type { Millis } from '../time.js';
import { isNumberField } from './field.js';
import { findField } from './fields.js';
import { normalizeFilter } from './normalize.js';
import type { Filter, Operator } from './tree.js';
import { canonicalValue } from './value.js';

type Clause = Filter & { readonly type: 'clause' };

/** The parts of a filter that must all match: what the filter bar shows as chips. None for everything. */
export function conjuncts(filter: Filter): readonly Filter[] {
  const normal = normalizeFilter(filter);
  if (normal.type === 'all') return [];
  return normal.type === 'and' ? normal.nodes : [normal];
}

/** The filter that matches where every part does. */
export function fromConjuncts(parts: readonly Filter[]): Filter {
  return normalizeFilter({ type: 'and', nodes: parts });
}

/**
 * The rest of a filter: without the parts that speak of nothing but this field. An unprefixed endpoint field
 * stands for its source and destination variants too; a prefixed one only for itself.
 */
export function withoutField(filter: Filter, field: string): Filter {
  const base = findField(field)?.name ?? field;
  const names = new Set([base, `source.${base}`, `dest.${base}`]);
  const about = (part: Filter): boolean => {
    if (part.type === 'clause') return names.has(part.field);
    if (part.type === 'not') return about(part.node);
    return (part.type === 'and' || part.type === 'or') && part.nodes.every(about);
  };
  return fromConjuncts(conjuncts(filter).filter((part) => !about(part)));
}

const OPPOSITE: Partial<Record<Operator, Operator>> = { '=': '!=', '!=': '=', '~': '!~', '!~': '~' };

/**
 * The filter after a click on a value. A value not yet filtered by is added (to the list that is there, if
 * any), one that is there is taken out; what said the opposite is taken back. A bound replaces the one before.
 */
export function withClause(filter: Filter, field: string, op: Operator, value: string): Filter {
  const found = findField(field);
  const name = found?.name ?? field;
  const wanted = found === undefined ? value : canonicalValue(found, value);
  const isOn = (part: Filter, operator: Operator | undefined): part is Clause =>
    part.type === 'clause' && part.field === name && part.op === operator;
  const parts = conjuncts(filter);
  const present = parts.some((part) => isOn(part, op) && part.values.includes(wanted));
  if (present) {
    return fromConjuncts(
      parts.flatMap((part): readonly Filter[] => (isOn(part, op) ? without(part, wanted) : [part])),
    );
  }
  const kept = parts.flatMap((part): readonly Filter[] => {
    if (isOn(part, OPPOSITE[op])) return without(part, wanted);
    if (part.type === 'not' && isOn(part.node, op)) {
      return without(part.node, wanted).map((node): Filter => ({ type: 'not', node }));
    }
    return [part];
  });
  const clause: Clause = { type: 'clause', field: name, op, values: [wanted] };
  const at = merges(op) ? kept.findIndex((part) => isOn(part, op)) : -1;
  if (at < 0) return fromConjuncts([...kept, clause]);
  return fromConjuncts(
    kept.map((part, index) =>
      index === at && isOn(part, op)
        ? { ...clause, values: isList(op) ? [...part.values, wanted] : [wanted] }
        : part,
    ),
  );
}

/** Another `~` narrows further, so it stays a clause of its own; every other operator has one clause. */
function merges(op: Operator): boolean {
  return op !== '~';
}

function isList(op: Operator): boolean {
  return op === '=' || op === '!=' || op === '!~';
}

function without(clause: Clause, value: string): readonly Clause[] {
  const values = clause.values.filter((other) => other !== value);
  return values.length === 0 ? [] : [{ ...clause, values }];
}

/**
 * The distinct values a line has for a field, as a clause would write them: for facets and hints. Names that
 * are empty are left out, and so are unknown numbers. None for a field there is none of.
 */
export function fieldValues(field: string, row: FlowGroup, now: Millis): readonly string[] {
  const found = findField(field);
  if (found === undefined) return [];
  const values = new Set<string>();
  if (isNumberField(found)) {
    const unit = found.type === 'duration' ? 'ms' : '';
    found.some(row, now, (value) => {
      values.add(`${value}${unit}`);
      return false;
    });
  } else {
    found.listed(row, now, (value) => {
      if (value !== '') values.add(value);
      return false;
    });
  }
  return [...values];
}

/** The filter that matches this pair, port and protocol and no other; it leaves open what the key dropped. */
export function exactFilterFor(key: GroupKey): Filter {
  const whole = key.protocol !== '';
  const is = (field: string, value: string): Filter => ({ type: 'clause', field, op: '=', values: [value] });
  const end = (side: 'source' | 'dest', { kind, namespace, name, address }: Endpoint) => [
    is(`${side}.kind`, kind),
    is(`${side}.namespace`, namespace),
    ...(whole || name !== '' ? [is(`${side}.name`, name)] : []),
    ...(whole ? [is(`${side}.address`, address)] : []),
  ];
  const how = whole ? [is('port', String(key.port)), is('protocol', key.protocol)] : [];
  return { type: 'and', nodes: [...end('source', key.source), ...end('dest', key.dest), ...how] };
}
