import type { ReactNode } from 'react';
import { Segmented } from '../../ui/Segmented.js';
import type { Scope } from './recommend-scope.js';
import type { Taste } from './recommend-taste.js';
import styles from './ScopeBar.module.css';

export interface ScopeBarProps {
  readonly scope: Scope;
  readonly onScope: (scope: Scope) => void;
  readonly taste: Taste;
  readonly onTaste: (taste: Taste) => void;
  /** Null until they are read. */
  readonly namespaces: readonly string[] | null;
  readonly workloads: readonly string[] | null;
  /** Off where a whole namespace is meant. */
  readonly byWorkload: boolean;
  /** More to choose. */
  readonly children?: ReactNode;
}

const DIALECTS = [
  {
    value: 'kubernetes',
    label: 'Kubernetes',
    title: 'NetworkPolicy, which every network plugin understands',
  },
  { value: 'calico', label: 'Calico', title: 'NetworkPolicy of projectcalico.org/v3' },
] as const;

/** For whom policies are written, and how. */
export function ScopeBar(props: ScopeBarProps) {
  const { scope, onScope, taste, onTaste, namespaces, workloads, byWorkload, children } = props;
  return (
    <div className={styles.bar}>
      <label className={styles.field}>
        Namespace
        <select
          className={styles.select}
          value={scope.namespace}
          onChange={(event) => onScope({ namespace: event.currentTarget.value, workload: '' })}
        >
          <option value="">Choose…</option>
          {withChosen(namespaces, scope.namespace).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {byWorkload && (
        <label className={styles.field}>
          Workload
          <select
            className={styles.select}
            value={scope.workload}
            disabled={scope.namespace === ''}
            onChange={(event) => onScope({ ...scope, workload: event.currentTarget.value })}
          >
            <option value="">Each of them</option>
            {withChosen(workloads, scope.workload).map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <Segmented
        label="Written for"
        value={taste.dialect}
        options={DIALECTS}
        onChange={(dialect) => onTaste({ ...taste, dialect })}
      />
      <label className={styles.check} title="Staged policies deny nothing; they show what they would deny">
        <input
          type="checkbox"
          checked={taste.staged}
          onChange={(event) => onTaste({ ...taste, staged: event.currentTarget.checked })}
        />
        Staged first
      </label>
      {children}
    </div>
  );
}

/** What is chosen is offered even where the window does not hold it. */
function withChosen(names: readonly string[] | null, chosen: string): readonly string[] {
  const known = names ?? [];
  return chosen === '' || known.includes(chosen) ? known : [chosen, ...known];
}
