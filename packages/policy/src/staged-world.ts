import { isStaged } from '@vibrissa/model';
import type { Policy } from './policy.js';
import { edited, type PolicyEdit } from './policy-edit.js';
import type { Rulebook } from './rulebook.js';
import { stagedApplied } from './staged.js';

/** True for edits that change what is staged: what they do is seen only once staged policies are in force. */
export function changesStaged(edits: readonly PolicyEdit[]): boolean {
  return edits.some((edit) => (edit.op === 'put' || edit.op === 'remove') && isStaged(edit.policy.kind));
}

/** The rulebook as if every staged policy were in force. */
export function allInForce(rulebook: Rulebook): Rulebook {
  return { ...rulebook, policies: stagedApplied(rulebook.policies) };
}

/** The edits that do to `allInForce` what the given ones do to the rulebook once all it stages is in force. */
export function editsInForce(rulebook: Rulebook, edits: readonly PolicyEdit[]): readonly PolicyEdit[] {
  const before = texts(allInForce(rulebook));
  const changed = allInForce(edited(rulebook, edits));
  const after = texts(changed);
  const gone = [...before].filter(([id]) => !after.has(id));
  const put = changed.policies.filter((policy) => before.get(idOf(policy))?.text !== JSON.stringify(policy));
  return [
    ...edits.filter(({ op }) => op === 'label' || op === 'put-tier' || op === 'put-network-set'),
    ...gone.map(([, { policy }]): PolicyEdit => ({ op: 'remove', policy: nameOf(policy) })),
    ...put.map((policy): PolicyEdit => ({ op: 'put', policy })),
  ];
}

function texts({
  policies,
}: Rulebook): ReadonlyMap<string, { readonly policy: Policy; readonly text: string }> {
  return new Map(policies.map((policy) => [idOf(policy), { policy, text: JSON.stringify(policy) }]));
}

function idOf(policy: Policy): string {
  return JSON.stringify(nameOf(policy));
}

function nameOf({ kind, namespace, name }: Policy) {
  return { kind, namespace, name };
}
