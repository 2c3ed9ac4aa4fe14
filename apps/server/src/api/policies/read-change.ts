import {
  edited,
  type PolicyEdit,
  PolicyEditError,
  type ReadProblem,
  type Rulebook,
  resourceEdits,
} from '@vibrissa/policy';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import { RequestError } from '../../errors.js';
import type { ParsedFiles } from '../../policies/parse-files.js';
import type { ChangeBody } from './bodies.js';
import { CHANGE_FILE, type YamlReader } from './yaml-reader.js';

/** Each edit looks through all policies. */
const MOST_EDITS = 1_000;

export interface ReadChange {
  readonly edits: readonly PolicyEdit[];
  /** Of the YAML; where one is an error the edits are not what was meant. */
  readonly problems: readonly ReadProblem[];
}

/**
 * A change as edits, in the order in which all that is given is done. Rejects with RequestError where it is more than
 * can be tried at once.
 */
export async function readChange(change: ChangeBody, reader: YamlReader): Promise<ReadChange> {
  const { yaml = '', remove = [], enforce = [], labels = [] } = change;
  const given = yaml.trim() === '' ? { edits: [], problems: [] } : fromYaml(await reader.read(yaml));
  const edits = [
    ...given.edits,
    ...remove.map((policy) => ({ op: 'remove', policy }) as const),
    ...enforce.map((policy) => ({ op: 'enforce', policy }) as const),
    ...labels.map((one) => ({ op: 'label', ...one }) as const),
  ];
  if (edits.length <= MOST_EDITS) return { edits, problems: given.problems };
  const message = `the change has ${edits.length} parts, at most ${MOST_EDITS} are tried at once: send it in pieces`;
  throw new RequestError('change-too-large', 400, message);
}

export function hasErrors(problems: readonly ReadProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function fromYaml(read: ParsedFiles): ReadChange {
  return { edits: resourceEdits(read.rulebook), problems: [...read.problems, ...leftAlone(read)] };
}

/** Objects that were read and that a change of policies does not touch. */
function leftAlone({ rulebook, ignored }: ParsedFiles): readonly ReadProblem[] {
  const { cluster, profiles } = rulebook;
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
