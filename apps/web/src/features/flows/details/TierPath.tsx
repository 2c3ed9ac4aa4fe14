import { isStaged } from '@vibrissa/model';
import type { Step } from '@vibrissa/policy';
import type { ReactNode } from 'react';
import { policyHref } from '../../../view/policy/policy-name.js';
import { useView } from '../../../view/useView.js';
import styles from './TierPath.module.css';

export interface TierPathProps {
  readonly steps: readonly Step[];
  readonly staged: boolean;
  /** Whether the names of policies lead to their pages. */
  readonly linked: boolean;
}

/** What a tier did, tier by tier in the order of asking. The one that decided is marked. */
export function TierPath({ steps, staged, linked }: TierPathProps) {
  if (steps.length === 0) return <p className={styles.none}>The report names no policy.</p>;
  return (
    <ol className={styles.path}>
      {steps.map((step, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is told by its place, and a trace never reorders
          key={index}
          className={styles.step}
          data-action={step.action}
          data-decided={step.decided}
          data-staged={staged}
          aria-current={step.decided ? 'step' : undefined}
        >
          <span className={styles.dot} aria-hidden="true" />
          <p className={styles.tier}>
            {step.tier === '' ? 'no tier' : step.tier}
            {step.decided && <span className={styles.decided}>decided</span>}
          </p>
          {step.decided && step.policy.kind !== 'Profile' && step.policy.name !== '' && (
            <p className={styles.policy} title={step.policy.kind}>
              <PolicyLink step={step} linked={linked}>
                {step.policy.namespace !== '' && (
                  <>
                    {step.policy.namespace}/<wbr />
                  </>
                )}
                {step.policy.name}
              </PolicyLink>
              {isStaged(step.policy.kind) && <span className={styles.staged}> staged</span>}
            </p>
          )}
          <p className={styles.text} title={`${step.policy.kind} ${fullName(step)}`}>
            {step.text}
          </p>
        </li>
      ))}
    </ol>
  );
}

interface PolicyLinkProps {
  readonly step: Step;
  readonly linked: boolean;
  readonly children: ReactNode;
}

function PolicyLink({ step: { policy }, linked, children }: PolicyLinkProps) {
  const [view] = useView();
  if (!linked || policy.kind === 'EndOfTier') return children;
  return (
    <a className={styles.link} href={policyHref({ ...view, filter: '', disabled: [] }, policy)}>
      {children}
    </a>
  );
}

function fullName({ policy: { namespace, name } }: Step): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
