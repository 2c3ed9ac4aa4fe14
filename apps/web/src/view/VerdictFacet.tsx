import type { Filter } from '@vibrissa/model';
import type { Hint } from '@vibrissa/protocol/messages';
import type { Clauses } from './clause-edits.js';
import { FacetItem } from './FacetItem.js';
import styles from './Facets.module.css';
import { OUTCOMES, outcomeChoice, toggleOutcome } from './facet-list.js';
import { OutcomeMark } from './OutcomeMark.js';

export interface VerdictFacetProps {
  readonly applied: Filter;
  readonly counts: readonly Hint[] | undefined;
  readonly staged: number | null;
  readonly disabled: boolean;
  readonly clauses: Clauses;
  readonly onChange: (clauses: Clauses) => void;
}

/** What became of flows. Always the same lines in the same order: they are looked at before they are used. */
export function VerdictFacet({ applied, counts, staged, disabled, clauses, onChange }: VerdictFacetProps) {
  const countOf = (outcome: string): number | null =>
    outcome === 'stage'
      ? staged
      : counts === undefined
        ? null
        : (counts.find(({ value }) => value === outcome)?.count ?? 0);
  const most = Math.max(1, ...OUTCOMES.map(({ outcome }) => countOf(outcome) ?? 0));
  return (
    <section className={styles.group} aria-labelledby="facet-verdict">
      <h2 id="facet-verdict" className={styles.heading}>
        Verdict
      </h2>
      <ul>
        {OUTCOMES.map(({ outcome, label }) => {
          const count = countOf(outcome);
          return (
            <FacetItem
              key={outcome}
              name={label}
              count={count}
              share={(count ?? 0) / most}
              choice={outcomeChoice(applied, outcome)}
              disabled={disabled}
              mark={
                <span className={styles.mark}>
                  <OutcomeMark outcome={outcome} />
                </span>
              }
              tone={(count ?? 0) > 0 && (outcome === 'deny' || outcome === 'stage') ? outcome : null}
              onToggle={(choice) => onChange(toggleOutcome(clauses, outcome, choice))}
            />
          );
        })}
      </ul>
    </section>
  );
}
