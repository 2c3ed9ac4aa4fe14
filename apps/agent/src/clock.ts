import { type Clock, millis } from '@vibrissa/model';

/** The machine's clock: the only place that asks it. */
export const systemClock: Clock = { now: () => millis(Date.now()) };
