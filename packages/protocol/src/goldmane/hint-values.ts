import { type FlowKey, type PolicyHit, type PolicyRef, policyOf } from '@vibrissa/model';
import { FilterType, PolicyKind, SortBy } from '../gen/goldmane_pb.js';
import { endpointNumber, policyKindNumber } from './names.js';
import { orDash } from './write-flow.js';

/**
 * What a flow offers to be filtered by, as Goldmane hints it. Of policies it is those of all hits, enforced and
 * pending, by their triggers where they have one; profiles stand for "no policy" and are left out.
 */
export function hintValues(type: FilterType, key: FlowKey): readonly string[] {
  switch (type) {
    case FilterType.FilterTypeSourceName:
      return [key.source.name];
    case FilterType.FilterTypeDestName:
      return [key.dest.name];
    case FilterType.FilterTypeSourceNamespace:
      return [orDash(key.source.namespace)];
    case FilterType.FilterTypeDestNamespace:
      return [orDash(key.dest.namespace)];
    case FilterType.FilterTypePolicyTier:
      return policies(key, ({ tier }) => tier);
    case FilterType.FilterTypePolicyName:
      return policies(key, ({ name }) => name);
    case FilterType.FilterTypePolicyNamespace:
      return policies(key, ({ namespace }) => namespace);
    case FilterType.FilterTypePolicyKind:
      return policies(key, ({ kind }) => PolicyKind[policyKindNumber(kind)] ?? '');
    default:
      return [];
  }
}

/** What a list is sorted by: ascending, types by their number. Null is by time. */
export function sortValue(sortBy: SortBy): ((key: FlowKey) => string | number) | null {
  switch (sortBy) {
    case SortBy.DestName:
      return ({ dest }) => dest.name;
    case SortBy.DestNamespace:
      return ({ dest }) => orDash(dest.namespace);
    case SortBy.DestType:
      return ({ dest }) => endpointNumber(dest.kind);
    case SortBy.SourceName:
      return ({ source }) => source.name;
    case SortBy.SourceNamespace:
      return ({ source }) => orDash(source.namespace);
    case SortBy.SourceType:
      return ({ source }) => endpointNumber(source.kind);
    default:
      return null;
  }
}

function policies({ trace }: FlowKey, field: (policy: PolicyRef) => string): string[] {
  const values: string[] = [];
  const take = (hit: PolicyHit) => {
    if (hit.kind !== 'Profile') values.push(field(policyOf(hit)));
  };
  trace.enforced.forEach(take);
  trace.pending.forEach(take);
  return values;
}
