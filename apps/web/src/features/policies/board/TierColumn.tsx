import type { ApiTier } from '@vibrissa/protocol/messages';
import { useId } from 'react';
import { formatShort, plural } from '../../../ui/format.js';
import { policyHref, policyKey } from '../../../view/policy/policy-name.js';
import { tryInEditor } from '../../../view/policy/trial-draft.js';
import type { View } from '../../../view/view-url.js';
import { orderWords, tierEndWords } from '../policy-words.js';
import { PolicyCard } from './PolicyCard.js';
import styles from './TierColumn.module.css';

export interface TierColumnProps {
  readonly tier: ApiTier;
  readonly view: View;
  readonly column: number;
  /** The row of the card that the Tab key reaches, if it is in this column. */
  readonly tabRow: number | null;
  readonly now: number;
  /** How many policies of the tier were not found by what is typed. */
  readonly hidden: number;
}

/** One tier: its policies in the order in which they are asked. */
export function TierColumn({ tier, view, column, tabRow, now, hidden }: TierColumnProps) {
  const id = useId();
  const { name, order, policies } = tier;
  const denied = sum(policies.filter(({ staged }) => !staged).map(({ hits }) => hits.denied));
  if (policies.length === 0) {
    const none = hidden > 0 ? `${plural(hidden, 'policy', 'policies')} not shown` : 'no policies';
    return (
      <section aria-labelledby={id} className={styles.slim} title={`${name}: ${orderWords(order)}, ${none}`}>
        <h2 id={id} className={styles.name}>
          {name}
        </h2>
        <p className={styles.note}>{none}</p>
      </section>
    );
  }
  return (
    <section aria-labelledby={id} className={styles.tier}>
      <header className={styles.head}>
        <h2 id={id} className={styles.name}>
          {name}
        </h2>
        <span className={styles.order}>{orderWords(order)}</span>
        {!BUILT_IN.has(name) && (
          <button
            type="button"
            className={styles.edit}
            title="See what another order or default action of the tier would change"
            onClick={() =>
              tryInEditor(view, { title: `Change tier ${name}`, change: { yaml: tierYaml(tier) } })
            }
          >
            Change…<span className="visually-hidden"> tier {name}</span>
          </button>
        )}
        {denied > 0 && (
          <button
            type="button"
            className={styles.denied}
            title="To the first policy that denied"
            onClick={({ currentTarget }) =>
              currentTarget.closest('section')?.querySelector<HTMLElement>('[data-tone="deny"]')?.focus()
            }
          >
            {formatShort(denied)} denied
          </button>
        )}
        <p className={styles.note}>
          {plural(policies.length, 'policy', 'policies')}
          {hidden > 0 && ` of ${policies.length + hidden}`}; {tierEndWords(tier)}
        </p>
      </header>
      <ol className={styles.cards}>
        {policies.map((policy, row) => (
          <li key={policyKey(policy)}>
            <PolicyCard
              policy={policy}
              href={policyHref(view, policy)}
              column={column}
              row={row}
              tabIndex={tabRow === row ? 0 : -1}
              now={now}
            />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Every cluster has them, and nobody moves them. */
const BUILT_IN: ReadonlySet<string> = new Set(['default', 'kube-admin', 'kube-baseline']);

function tierYaml({ name, order, defaultAction }: ApiTier): string {
  return [
    'apiVersion: projectcalico.org/v3',
    'kind: Tier',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    ...(order === null ? [] : [`  order: ${order}`]),
    `  defaultAction: ${defaultAction === 'deny' ? 'Deny' : 'Pass'}`,
    '',
  ].join('\n');
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
