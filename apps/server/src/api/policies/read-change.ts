import {
  edited,
  type PolicyEdit,
  PolicyEditError,
  type ReadProblem,
  type Rulebook,
  readResources,
} from '@vibrissa/policy';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import { RequestError } from '../../errors.js';
import type { ChangeBody } from './bodies.js';

/** What the YAML of a request is called in problems. */
export const CHANGE_FILE = 'change.yaml';

export interface ReadChange {
  readonly edits: readonly PolicyEdit[];
  /** Of the YAML; where one is an error the edits are not what was meant. */
  readonly problems: readonly ReadProblem[];
}

/** A change as edits, in the order in which all that is given is done. */
export function readChange(change: ChangeBody): ReadChange {
  const { edits, problems } = readYaml(change.yaml ?? '');
  return {
    problems,
    edits: [
      ...edits,
      ...(change.remove ?? []).map((policy) => ({ op: 'remove', policy }) as const),
      ...(change.enforce ?? []).map((policy) => ({ op: 'enforce', policy }) as const),
      ...(change.labels ?? []).map((labels) => ({ op: 'label', ...labels }) as const),
    ],
  };
}

export function hasErrors(problems: readonly ReadProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function readYaml(text: string): ReadChange {
  if (text.trim() === '') return { edits: [], problems: [] };
  const read = readResources([{ name: CHANGE_FILE, text }], { partial: true });
  const { tiers, policies, cluster } = read;
  return {
    edits: [
      ...tiers.map((tier) => ({ op: 'put-tier', tier }) as const),
      ...cluster.networkSets.map((set) => ({ op: 'put-network-set', set }) as const),
      ...policies.map((policy) => ({ op: 'put', policy }) as const),
    ],
    problems: [...read.problems, ...leftAlone(read)],
  };
}

/** Objects that were read and that a change of policies does not touch. */
function leftAlone({ cluster, profiles, ignored }: ReturnType<typeof readResources>): readonly ReadProblem[] {
  const counts: readonly (readonly [what: string, count: number])[] = [
    ['Namespace', cluster.namespaces.length],
    ['Pod', cluster.pods.length],
    ['workload', cluster.workloads.length],
    ['ServiceAccount', cluster.serviceAccounts.length],
    ['Service', cluster.services.length],
    ['EndpointSlice', cluster.endpointSlices.length],
    ['HostEndpoint', cluster.hostEndpoints.length],
    ['Profile', profiles.length],
    ...ignored,
  ];
  return counts
    .filter(([, count]) => count > 0)
    .map(([what, count]) => ({
      severity: 'warning',
      file: CHANGE_FILE,
      document: 0,
      path: '',
      line: 0,
      message: `${count} of kind ${what}: a change is of policies, tiers and network sets, so this is left as it is`,
    }));
}

/** The rulebook once the edits are made. Throws RequestError where one cannot be made to it. */
export function editedBook(rulebook: Rulebook, edits: readonly PolicyEdit[]): Rulebook {
  try {
    return edited(rulebook, edits);
  } catch (error) {
    throw asRequestError(error);
  }
}

/** An edit that cannot be made is the caller's to mend. */
export function asRequestError(error: unknown): unknown {
  return error instanceof PolicyEditError ? new RequestError(error.code, 400, error.message) : error;
}

/** Edits as a caller hands them back; `yaml` is how those that put something are written. */
export function toChange(edits: readonly PolicyEdit[], yaml: string): PolicyChange {
  const puts = edits.some(({ op }) => op === 'put' || op === 'put-tier' || op === 'put-network-set');
  const remove = edits.flatMap((edit) => (edit.op === 'remove' ? [edit.policy] : []));
  const enforce = edits.flatMap((edit) => (edit.op === 'enforce' ? [edit.policy] : []));
  const labels = edits.flatMap((edit) => {
    if (edit.op !== 'label') return [];
    const { op: _, ...given } = edit;
    return [given];
  });
  return {
    ...(puts ? { yaml } : {}),
    ...(remove.length === 0 ? {} : { remove }),
    ...(enforce.length === 0 ? {} : { enforce }),
    ...(labels.length === 0 ? {} : { labels }),
  };
}
