import { isStaged } from '@vibrissa/model';
import {
  edited,
  isSamePolicy,
  type Policy,
  type PolicyEdit,
  PolicyEditError,
  type PolicyName,
  PolicyNotWritableError,
  policyNameText,
  type ReadProblem,
  type Rulebook,
  readResources,
  resourceEdits,
  unifiedDiff,
  writeYaml,
} from '@vibrissa/policy';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import type { TrialReading } from './trial-messages.js';

/** What the text in the editor is called in problems. */
const FILE = 'editor';

export interface ReadTrial extends TrialReading {
  /** Empty where anything is wrong: half a change is none. */
  readonly edits: readonly PolicyEdit[];
}

/** Reads a change as the server does, in the same order: what is put, removed, enforced, labelled. */
export function readTrial(change: PolicyChange, base: string | null, rulebook: Rulebook): ReadTrial {
  const { yaml = '', remove = [], enforce = [], labels = [] } = change;
  const read = readResources([{ name: FILE, text: yaml }], { partial: true });
  const { problems } = read;
  const edits: readonly PolicyEdit[] = [
    ...resourceEdits(read),
    // A kind that only occurs in traces is no object, so there is none by that name and the edit is refused below.
    ...remove.map((policy) => ({ op: 'remove', policy }) as PolicyEdit),
    ...enforce.map((policy) => ({ op: 'enforce', policy }) as PolicyEdit),
    ...labels.map((label) => ({ op: 'label', ...label }) as const),
  ];
  const isWrong = problems.some(({ severity }) => severity === 'error');
  const refusal = isWrong ? null : refusalOf(edits, rulebook);
  const usable = isWrong || refusal !== null ? [] : edits;
  return {
    problems: [...problems, ...nothingIn(yaml, usable, problems, isWrong)],
    refusal,
    does: usable.filter((edit) => !isPutToo(edit, usable)).map((edit) => editWords(edit, rulebook)),
    staged: stagedIn(usable),
    diff: diffOf(base ?? inForce(edits, rulebook), yaml),
    enforced: enforcedYaml(usable, rulebook),
    isChange: usable.length > 0,
    edits: usable,
  };
}

/** What the text puts and is tried as enforced is only put by it. */
function isPutToo(edit: PolicyEdit, edits: readonly PolicyEdit[]): boolean {
  return (
    edit.op === 'enforce' &&
    edits.some((other) => other.op === 'put' && isSamePolicy(other.policy, edit.policy))
  );
}

/** Staged policies that the edits put and that would do something once they are enforced. */
function stagedIn(edits: readonly PolicyEdit[]): readonly PolicyName[] {
  return edits.flatMap((edit) => {
    if (edit.op !== 'put' || !isStaged(edit.policy.kind)) return [];
    const { kind, namespace, name, stagedAction = 'set' } = edit.policy;
    return stagedAction === 'set' || stagedAction === 'delete' ? [{ kind, namespace, name }] : [];
  });
}

function diffOf(base: string, yaml: string): string {
  return yaml === base ? '' : unifiedDiff(base, yaml);
}

/** The YAML of the policies that edits put others in the place of. */
function inForce(edits: readonly PolicyEdit[], { policies }: Rulebook): string {
  return written(
    edits.flatMap((edit) =>
      edit.op === 'put' ? policies.filter((policy) => isSamePolicy(policy, edit.policy)) : [],
    ),
  );
}

/** The YAML of what comes into force by enforcing; what is put besides is written already. */
function enforcedYaml(edits: readonly PolicyEdit[], rulebook: Rulebook): string {
  const enforcing = edits.filter((edit) => edit.op === 'enforce' && !isPutToo(edit, edits));
  const before = new Set(rulebook.policies);
  return written(edited(rulebook, enforcing).policies.filter((policy) => !before.has(policy)));
}

function written(policies: readonly Policy[]): string {
  try {
    return writeYaml(policies);
  } catch (error) {
    // What no YAML can say is not shown; what it does is tried all the same.
    if (error instanceof PolicyNotWritableError) return '';
    throw error;
  }
}

function refusalOf(edits: readonly PolicyEdit[], rulebook: Rulebook): string | null {
  try {
    edited(rulebook, edits);
    return null;
  } catch (error) {
    if (error instanceof PolicyEditError) return error.message;
    throw error;
  }
}

/** Text that is well-formed and holds nothing to try would otherwise be silently without effect. */
function nothingIn(
  yaml: string,
  edits: readonly PolicyEdit[],
  problems: readonly ReadProblem[],
  isWrong: boolean,
): readonly ReadProblem[] {
  const isBare = yaml.split('\n').every((line) => /^\s*(?:#.*|---)?\s*$/.test(line));
  if (isBare || isWrong || edits.length > 0 || problems.length > 0) return [];
  const message = 'expected a policy, a tier or a network set; nothing else is tried';
  return [{ severity: 'warning', file: FILE, document: 1, path: '', line: 1, message }];
}

function editWords(edit: PolicyEdit, { policies, tiers, cluster }: Rulebook): string {
  switch (edit.op) {
    case 'put': {
      const isKnown = policies.some((policy) => isSamePolicy(policy, edit.policy));
      return `${isKnown ? 'changes' : 'adds'} ${policyNameText(edit.policy)}`;
    }
    case 'remove':
      return `removes ${policyNameText(edit.policy)}`;
    case 'enforce':
      return `enforces ${policyNameText(edit.policy)}`;
    case 'put-tier': {
      const isKnown = tiers.some(({ name }) => name === edit.tier.name);
      return `${isKnown ? 'changes' : 'adds'} tier ${edit.tier.name}`;
    }
    case 'put-network-set': {
      const { namespace, name } = edit.set;
      const isKnown = cluster.networkSets.some((set) => set.namespace === namespace && set.name === name);
      return `${isKnown ? 'changes' : 'adds'} network set ${namespace === '' ? name : `${namespace}/${name}`}`;
    }
    case 'label': {
      const labels = Object.entries(edit.labels).map(([key, value]) => `${key}=${value}`);
      return `labels ${edit.namespace}/${edit.workload} ${labels.join(', ')}`;
    }
  }
}
