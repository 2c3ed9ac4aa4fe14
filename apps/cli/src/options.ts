import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { PolicyName } from '@vibrissa/policy';
import { UsageError } from './usage-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;
interface Config<O extends Options> {
  readonly args: string[];
  readonly options: O;
  readonly strict: true;
  readonly allowPositionals: false;
}
type Values<O extends Options> = ReturnType<typeof parseArgs<Config<O>>>['values'];

/** Reads the options of a command. @throws UsageError for one it does not have, or without its value */
export function readOptions<const O extends Options>(args: readonly string[], options: O): Values<O> {
  try {
    const config: Config<O> = { args: [...args], options, strict: true, allowPositionals: false };
    const { values } = parseArgs(config);
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws UsageError where the option was not given */
export function required<T>(value: readonly T[] | undefined, name: string, what: string): readonly T[] {
  if (value === undefined || value.length === 0) throw new UsageError(`--${name} is missing: ${what}`);
  return value;
}

/** @throws UsageError for any other word */
export function oneOf<T extends string>(value: string, name: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${name} is one of ${words.join(', ')}, not "${value}"`);
  return found;
}

const KINDS: readonly PolicyName['kind'][] = [
  'NetworkPolicy',
  'CalicoNetworkPolicy',
  'GlobalNetworkPolicy',
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
  'ClusterNetworkPolicy',
];

/** `NetworkPolicy/shop/allow-cart`, or `GlobalNetworkPolicy/default-deny`. @throws UsageError */
export function readPolicyName(text: string): PolicyName {
  const [kind = '', ...path] = text.split('/');
  const known = oneOf(kind, 'remove and --enforce begin with a kind, which', KINDS);
  const [first = '', second] = path;
  if (first === '' || path.length > 2) {
    throw new UsageError(`"${text}" is no policy: say Kind/namespace/name, or Kind/name for a global one`);
  }
  return second === undefined
    ? { kind: known, namespace: '', name: first }
    : { kind: known, namespace: first, name: second };
}
