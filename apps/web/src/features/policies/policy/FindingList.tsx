import type { ApiFinding } from '@vibrissa/protocol/messages';
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react';
import styles from './FindingList.module.css';

const ICONS = { error: OctagonAlert, warning: TriangleAlert, hint: Info };

/** What is wrong with a policy, or looks so, and what to do about it. */
export function FindingList({ findings }: { readonly findings: readonly ApiFinding[] }) {
  return (
    <ul className={styles.list}>
      {findings.map((finding, at) => {
        const { severity, rule, message, remedy } = finding;
        const Icon = ICONS[severity];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name, and several may read alike
          <li key={at} className={styles.finding} data-severity={severity}>
            <Icon size={14} aria-label={severity} role="img" />
            <div>
              <p>
                {message}
                {rule !== null && (
                  <span className={styles.place}>
                    {rule.direction} rule {rule.index + 1}
                  </span>
                )}
              </p>
              <p className={styles.remedy}>{remedy}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
