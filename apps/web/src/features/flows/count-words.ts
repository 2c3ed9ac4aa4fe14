import { describeFilter, type Filter, type Grouping } from '@vibrissa/model';
import { formatCount } from '../../ui/format.js';

/** One and many of what a line stands for. */
const LINE_WORDS: Readonly<Record<Grouping, readonly [string, string]>> = {
  connection: ['connection', 'connections'],
  flow: ['report', 'reports'],
  workload: ['workload pair', 'workload pairs'],
  namespace: ['namespace pair', 'namespace pairs'],
};

export interface Counted {
  readonly grouping: Grouping;
  /** Rows that match, and those of them on this page. */
  readonly total: number;
  readonly held: number;
  /** Which rows come first, where not all are here. */
  readonly order: string;
  readonly filter: Filter;
}

export interface CountWords {
  /** `5,000 of 1,204,331`. */
  readonly count: string;
  /** `connections, denied first`. */
  readonly what: string;
  /** `narrowed to denied flows from shop to anything`; what to do where the filter says nothing and rows are missing. */
  readonly narrowed: string;
}

/** How much of what there is is on screen. */
export function countWords({ grouping, total, held, order, filter }: Counted): CountWords {
  const cut = held < total;
  const [one, many] = LINE_WORDS[grouping];
  const what = total === 1 ? one : many;
  const words = filter.type === 'all' ? '' : `narrowed to ${describeFilter(filter)}`;
  return {
    count: cut ? `${formatCount(held)} of ${formatCount(total)}` : formatCount(total),
    what: cut ? `${what}, ${order}` : what,
    narrowed: words === '' && cut ? 'a filter finds the others' : words,
  };
}
