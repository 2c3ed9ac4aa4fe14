import type { Clock } from '@vibrissa/model';
import type { Counts } from '../counts.js';
import type { Logger } from '../logger.js';
import type { WhoHas } from '../pods/who-has.js';

/** What every source needs that makes flows of what happens on its node. */
export interface NodeSourceOptions {
  /** What is seen within this long becomes one record for each flow, ms. */
  readonly intervalMs: number;
  /** The node's name, as records tell it. */
  readonly node: string;
  readonly who: WhoHas;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counts: Counts;
}
