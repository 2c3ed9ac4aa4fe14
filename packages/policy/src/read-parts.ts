import { parseCidr } from '@vibrissa/model';
import { parseSelector } from './calico-selector.js';
import type { LabelRequirement, LabelSelector } from './label-selector.js';
import type { Value } from './read-value.js';
import type { Selector } from './selector.js';
import { SelectorSyntaxError } from './selector-syntax-error.js';

/** What every object says of itself. */
export interface Metadata {
  readonly name: string;
  /** `default` for an object without one. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

export function readMetadata(object: Value): Metadata {
  const metadata = object.get('metadata');
  const namespace = metadata.get('namespace').text('the name of a namespace') ?? '';
  return {
    name: metadata.get('name').needText('the name of the object'),
    namespace: namespace === '' ? 'default' : namespace,
    labels: metadata.get('labels').labels(),
  };
}

/** A Calico selector expression; null when absent or blank. */
export function readSelector(value: Value): Selector | null {
  const text = value.text('a selector expression');
  if (text === undefined || /^[ \t]*$/.test(text)) return null;
  try {
    return parseSelector(text);
  } catch (error) {
    if (!(error instanceof SelectorSyntaxError)) throw error;
    const { message } = error;
    value.wrong(`a selector expression (${message.charAt(0).toLowerCase()}${message.slice(1)})`);
    return null;
  }
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

/** A Kubernetes label selector; an absent one is empty. */
export function readLabelSelector(value: Value): LabelSelector {
  value.only('matchLabels', 'matchExpressions');
  return {
    matchLabels: value.get('matchLabels').labels(),
    matchExpressions: value
      .get('matchExpressions')
      .items()
      .flatMap((item) => readRequirement(item) ?? []),
  };
}

function readRequirement(value: Value): LabelRequirement | undefined {
  value.only('key', 'operator', 'values');
  const key = value.get('key').needText('a label');
  const operator = value.get('operator');
  if (!operator.present) operator.wrong(OPERATORS.join(', '));
  const chosen = operator.oneOf(OPERATORS);
  const values = value.get('values');
  const texts = values.texts('a label value');
  const wantsValues = chosen === 'In' || chosen === 'NotIn';
  if (chosen !== undefined && wantsValues !== texts.length > 0) {
    values.wrong(wantsValues ? `at least one value for ${chosen}` : `no values for ${chosen}`);
  }
  return chosen === undefined ? undefined : { key, operator: chosen, values: texts };
}

/** A block of addresses as text; a bare address counts as one. */
export function readCidr(value: Value): string | undefined {
  const text = value.text('a block of addresses such as 10.0.0.0/8');
  if (text === undefined) return undefined;
  if (parseCidr(text) !== null) return text;
  value.wrong('a block of addresses such as 10.0.0.0/8');
  return undefined;
}
