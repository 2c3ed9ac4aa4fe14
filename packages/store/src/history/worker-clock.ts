import { type Clock, millis } from '@vibrissa/model';

/** The time in a thread of its own, where no other clock can be handed. */
export const workerClock: Clock = { now: () => millis(Date.now()) };
