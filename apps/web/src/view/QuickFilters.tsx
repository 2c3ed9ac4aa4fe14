import { FilterSyntaxError } from '@vibrissa/model';
import { formatShort } from '../ui/format.js';
import { appliedFilter, readFilter } from './filter-clauses.js';
import styles from './QuickFilters.module.css';
import { isQuickOn, QUICK_FILTERS, quickCountFilter, toggleQuick } from './quick-filters.js';
import { useQuickCounts } from './useQuickCounts.js';
import { useView } from './useView.js';

/** The questions that are asked most, one press each, with how much would be left. */
export function QuickFilters() {
  const [view, setView] = useView();
  const applied = appliedFilter(view.filter, view.disabled);
  const broken = readFilter(view.filter) instanceof FilterSyntaxError;
  const counts = useQuickCounts(QUICK_FILTERS.map((quick) => quickCountFilter(view, quick)));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms and brings a legend and a border
    <div role="group" aria-label="Quick filters" className={styles.group}>
      {QUICK_FILTERS.map((quick, index) => {
        const count = counts[index] ?? null;
        const tone = quick.tone !== null && (count ?? 0) > 0 ? styles[quick.tone] : '';
        return (
          <button
            key={quick.label}
            type="button"
            aria-pressed={isQuickOn(applied, quick)}
            disabled={broken}
            title={quick.title}
            className={styles.quick}
            onClick={() => setView(toggleQuick(view, quick))}
          >
            {quick.label}
            <span className={`${styles.count} ${tone}`}>{formatShort(count)}</span>
          </button>
        );
      })}
    </div>
  );
}
