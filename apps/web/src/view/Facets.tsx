import { FilterSyntaxError } from '@vibrissa/model';
import { ProgressLine } from '../ui/ProgressLine.js';
import { FacetGroup } from './FacetGroup.js';
import styles from './Facets.module.css';
import { FacetsState } from './FacetsState.js';
import { FACETS, facetValues, toggleValue, valueLabel } from './facet-list.js';
import { appliedFilter, readFilter } from './filter-clauses.js';
import { useFacetHints } from './useFacetHints.js';
import { useInUse } from './useSteadyOrder.js';
import { useView } from './useView.js';
import { VerdictFacet } from './VerdictFacet.js';

/** Values to filter by, with how many connections each would leave. */
export function Facets() {
  const [view, setView] = useView();
  const { hints, staged, reading } = useFacetHints();
  const { inUse, handlers } = useInUse();
  const applied = appliedFilter(view.filter, view.disabled);
  const broken = readFilter(view.filter) instanceof FilterSyntaxError;

  return (
    <div className={styles.facets} aria-busy={hints === undefined || reading.isStale} {...handlers}>
      <ProgressLine shown={reading.slow} progress={reading.progress} />
      <VerdictFacet
        applied={applied}
        counts={hints?.verdict}
        staged={staged}
        disabled={broken}
        clauses={view}
        onChange={setView}
      />
      {FACETS.map(({ field, label, shown }) => (
        <FacetGroup
          key={field}
          label={label}
          shown={shown}
          inUse={inUse}
          disabled={broken}
          loading={hints === undefined && reading.error === null && !reading.stopped}
          valuesIn={(order) => facetValues(applied, field, hints?.[field], order)}
          nameOf={(value) => valueLabel(field, value)}
          onToggle={(value, choice) => setView(toggleValue(view, field, value, choice))}
        />
      ))}
      <FacetsState reading={reading} />
    </div>
  );
}
