import { type Filter, millis, parseFilter } from '@vibrissa/model';
import type { FlowHistory } from '@vibrissa/store';
import { tell } from '../store/child.js';
import { DAY_MS, NOW } from './open.js';

const TIMES = 7;
const MINUTE = 60_000;
const FACETS = ['namespace', 'workload', 'protocol', 'port', 'policy', 'verdict', 'reporter'];
const EVERYTHING: Filter = parseFilter('');
const NARROW: Filter = parseFilter('namespace=team-7 verdict=deny');

/** What may be taken for a question about the last minutes, and about a whole day, ms. */
export interface Allowed {
  readonly recent: number;
  readonly day: number;
}

/** Asks what the page asks, several times each, and tells the median; the first of all, cold, is told apart. */
export async function askAll(
  history: FlowHistory,
  of: string,
  { recent, day }: Allowed,
  days = 1,
): Promise<void> {
  const quarter = { from: millis(NOW - 15 * MINUTE), to: NOW };
  const hour = { from: millis(NOW - 60 * MINUTE), to: NOW };
  const whole = { from: millis(NOW - days * DAY_MS), to: NOW };
  const span = days === 1 ? '24 h' : `${days} days`;
  const ask = async (
    name: string,
    most: number | null,
    run: (progress: (done: number) => void) => Promise<unknown>,
  ) => {
    const times: number[] = [];
    let told = 0;
    for (let time = 0; time < TIMES && (times.length < 3 || sum(times) < 9_000); time++) {
      const begun = performance.now();
      await run(() => told++);
      times.push(performance.now() - begun);
    }
    const [cold = Number.NaN] = times;
    times.sort((a, b) => a - b);
    const value = times[times.length >> 1] ?? Number.NaN;
    const name2 = `history, ${of}: ${name}`;
    tell({
      name: name2,
      value,
      unit: `ms (first ${cold.toFixed(0)})`,
      ...(most === null ? {} : { target: { atMost: most } }),
    });
    return told;
  };
  await ask('last 15 min filtered, newest 500', recent, () =>
    history.flows({ filter: NARROW, grouping: 'connection', limit: 500, ...quarter }),
  );
  await ask('last hour unfiltered, newest 500', 240, () =>
    history.flows({ filter: EVERYTHING, grouping: 'connection', limit: 500, ...hour }),
  );
  await ask('last hour, 7 facets', null, () =>
    history.hints({ filter: EVERYTHING, fields: FACETS, contains: '', limit: 50, ...hour }),
  );
  await ask(`${span}, bytes from namespace to namespace`, day, (progress) =>
    history.top(
      {
        filter: EVERYTHING,
        by: ['source.namespace', 'dest.namespace'],
        measure: 'bytes',
        limit: 500,
        ...whole,
      },
      { progress },
    ),
  );
  const told = await ask(`${span}, histogram of 60 steps by verdict`, day, (progress) =>
    history.series({ filter: EVERYTHING, stepMs: (days * DAY_MS) / 60, ...whole }, { progress }),
  );
  await ask(`${span}, filtered, newest 500`, null, () =>
    history.flows({ filter: NARROW, grouping: 'connection', limit: 500, ...whole }),
  );
  await ask(`${span}, denied now and allowed the day before`, null, () =>
    history.compare({
      filter: EVERYTHING,
      grouping: 'connection',
      ...hour,
      base: { from: millis(NOW - 120 * MINUTE), to: millis(NOW - 60 * MINUTE) },
      factor: 3,
      limit: 100,
    }),
  );
  tell({ name: `history, ${of}: times that progress was told of a histogram`, value: told, unit: '' });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
