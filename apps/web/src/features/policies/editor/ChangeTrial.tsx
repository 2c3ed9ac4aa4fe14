import type { ApiPolicyName, PolicyChange, PolicyReply } from '@vibrissa/protocol/messages';
import { useState } from 'react';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { ApplyBar } from '../../../view/policy/ApplyBar.js';
import { policyHref, policyText } from '../../../view/policy/policy-name.js';
import { useView } from '../../../view/useView.js';
import styles from './ChangeTrial.module.css';
import { TrialFrame } from './TrialFrame.js';
import { TriedPane } from './TriedPane.js';
import { useTried } from './useTried.js';

export interface ChangeTrialProps {
  readonly policy: PolicyReply;
  readonly name: ApiPolicyName;
  readonly trial: 'enforce' | 'remove';
  /** The same object for as long as it is the same change. */
  readonly change: PolicyChange;
  readonly version: number | null;
}

/** What it would do to put a staged policy into force, or to do without a policy. */
export function ChangeTrial({ policy, name, trial, change, version }: ChangeTrialProps) {
  const [view] = useView();
  const tried = useTried(change, '', version);
  const [applied, setApplied] = useState(false);
  const refusal = tried.trial.reading?.refusal ?? null;
  // What was done here cannot be done again, until it is taken back.
  const done = applied && refusal !== null ? DONE[trial] : null;
  const enforced = tried.trial.reading?.enforced ?? '';
  const remove = deleteCommand(name);
  const text = policyText(name);
  const title = trial === 'enforce' ? `Put ${text} into force` : `Without ${text}`;
  return (
    <TrialFrame
      back={{ href: policyHref(view, name), label: name.name }}
      title={title}
      actions={null}
      left={
        <>
          <p className={styles.words}>
            {trial === 'enforce'
              ? enforceWords(policy)
              : 'The policy is taken away. Whom it alone selected is governed by the other policies of its tier, or by none.'}
            {refusal !== null && <b> {done ?? `It cannot be done: ${refusal}.`}</b>}
          </p>
          <div className={styles.code}>
            <CodeBlock
              label={enforced === '' ? `YAML of ${text}` : 'What comes into force'}
              code={enforced === '' ? policy.yaml : enforced}
              language="yaml"
            />
          </div>
          <div className={styles.apply}>
            <ApplyBar
              title={title}
              change={change}
              editor={false}
              yaml={enforced}
              command={trial === 'remove' ? remove : null}
              disabledBecause={done ?? refusal}
              onApplied={() => setApplied(true)}
            >
              {trial === 'enforce' && remove !== null && (
                <CopyButton label="Copy removal of the staged one" text={remove} />
              )}
            </ApplyBar>
          </div>
        </>
      }
      right={
        <TriedPane
          tried={tried}
          empty={
            <p className={styles.words}>
              {refusal === null
                ? 'It is being tried on what was observed.'
                : done === null
                  ? 'There is nothing to try.'
                  : 'The flows that come in from now on show what it does.'}
            </p>
          }
        />
      }
    />
  );
}

const DONE: Readonly<Record<ChangeTrialProps['trial'], string>> = {
  enforce: 'It is in force now.',
  remove: 'It is gone now.',
};

function enforceWords({ policy: { stagedAction } }: PolicyReply): string {
  if (stagedAction === 'delete') return 'The policy of the same name that is in force is taken away.';
  if (stagedAction === 'learn' || stagedAction === 'ignore') {
    return 'It is only watched: putting it into force changes nothing.';
  }
  return 'What is staged comes into force under the same name, in place of what is in force by that name.';
}

/** The resource as kubectl knows it; Calico's kinds and those of Kubernetes share short names. */
const RESOURCES: Readonly<Partial<Record<ApiPolicyName['kind'], string>>> = {
  NetworkPolicy: 'networkpolicies.networking.k8s.io',
  CalicoNetworkPolicy: 'networkpolicies.projectcalico.org',
  GlobalNetworkPolicy: 'globalnetworkpolicies.projectcalico.org',
  StagedNetworkPolicy: 'stagednetworkpolicies.projectcalico.org',
  StagedGlobalNetworkPolicy: 'stagedglobalnetworkpolicies.projectcalico.org',
  StagedKubernetesNetworkPolicy: 'stagedkubernetesnetworkpolicies.projectcalico.org',
  ClusterNetworkPolicy: 'clusternetworkpolicies.policy.networking.k8s.io',
};

function deleteCommand({ kind, namespace, name }: ApiPolicyName): string | null {
  const resource = RESOURCES[kind];
  if (resource === undefined) return null;
  return `kubectl delete ${resource} ${name}${namespace === '' ? '' : ` --namespace ${namespace}`}`;
}
