import type { ApiPolicySummary } from '@vibrissa/protocol/messages';
import { flowsHref, is } from '../../../view/flows-link.js';
import { DEFAULT_VIEW, type View } from '../../../view/view-url.js';
import { Card } from './Card.js';
import styles from './WorkloadList.module.css';

export interface WorkloadListProps {
  readonly policy: ApiPolicySummary;
  /** `namespace/workload` */
  readonly workloads: readonly string[];
  readonly view: View;
}

/** Whom the policy selects, each with a way to all it does. */
export function WorkloadList({ policy, workloads, view }: WorkloadListProps) {
  const left = policy.workloads - workloads.length;
  return (
    <Card title="Selected workloads" note={String(policy.workloads)}>
      {workloads.length === 0 ? (
        <p className={styles.none}>Nothing that is known has what it selects by: {policy.selects}.</p>
      ) : (
        <ul className={styles.list}>
          {workloads.map((text) => {
            const [namespace = '', ...rest] = text.split('/');
            const name = rest.join('/');
            const parts = [is('namespace', namespace), is('workload', name)];
            return (
              <li key={text}>
                <a
                  href={flowsHref({ ...DEFAULT_VIEW, window: view.window }, parts)}
                  title={`All flows of ${text}`}
                >
                  {name}
                  <span>{namespace}</span>
                </a>
              </li>
            );
          })}
          {left > 0 && <li className={styles.more}>and {left} more</li>}
        </ul>
      )}
    </Card>
  );
}
