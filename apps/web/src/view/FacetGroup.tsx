import { useId, useState } from 'react';
import { FacetItem } from './FacetItem.js';
import styles from './Facets.module.css';
import { type FacetValue, shortList } from './facet-list.js';
import { useSteadyOrder } from './useSteadyOrder.js';

export interface FacetGroupProps {
  readonly label: string;
  /** Values shown before "show more". */
  readonly shown: number;
  /** Whether the facets are pointed at or hold the focus: then no value moves. */
  readonly inUse: boolean;
  readonly disabled: boolean;
  readonly loading: boolean;
  readonly valuesIn: (order: readonly string[] | null) => readonly FacetValue[];
  readonly nameOf: (value: string) => string;
  readonly onToggle: (value: string, choice: 'only' | 'without') => void;
}

/** The values of one field. */
export function FacetGroup({
  label,
  shown,
  inUse,
  disabled,
  loading,
  valuesIn,
  nameOf,
  onToggle,
}: FacetGroupProps) {
  const id = useId();
  const [more, setMore] = useState(false);
  const order = useSteadyOrder(
    inUse,
    valuesIn(null).map(({ value }) => value),
  );
  const values = valuesIn(order);
  const listed = more ? values : shortList(values, shown);
  const most = Math.max(1, ...values.map(({ count }) => count ?? 0));
  return (
    <section className={styles.group} aria-labelledby={id}>
      <h2 id={id} className={styles.heading}>
        {label}
      </h2>
      <ul>
        {listed.map(({ value, count, choice }) => (
          <FacetItem
            key={value}
            name={nameOf(value)}
            count={count}
            share={(count ?? 0) / most}
            choice={choice}
            disabled={disabled}
            onToggle={(how) => onToggle(value, how)}
          />
        ))}
      </ul>
      {loading && values.length === 0 && <div className={styles.placeholder} aria-hidden="true" />}
      {!loading && values.length === 0 && <p className={styles.none}>None</p>}
      {values.length > shown && (
        <button type="button" className={styles.more} aria-expanded={more} onClick={() => setMore(!more)}>
          {more ? 'Show fewer' : `Show ${values.length - listed.length} more`}
        </button>
      )}
    </section>
  );
}
