import { type Millis, resolveBound } from '@vibrissa/model';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { RequestError } from '../errors.js';

/** The bounds of a window as queries name them. */
export const windowQuery = {
  from: Type.Number({
    default: 0,
    description: 'Begin of the window, ms since the epoch; negative: before now; 0: the oldest held.',
  }),
  to: Type.Number({ default: 0, description: 'End of the window, likewise; 0: now.' }),
};

/** A filter as queries name it. */
export const filterQuery = {
  filter: Type.String({
    default: '',
    maxLength: 8_192,
    description: 'A filter, as in the page’s filter bar.',
  }),
};

/** The window in absolute time. Throws RequestError when it is empty. */
export function readWindow(
  query: { readonly from: number; readonly to: number },
  context: Context,
): { from: Millis; to: Millis } {
  const now = context.clock.now();
  const from = query.from === 0 ? context.flows.oldestHeld : resolveBound(query.from, now);
  const to = query.to === 0 ? now : resolveBound(query.to, now);
  if (from >= to) {
    throw new RequestError(
      'empty-window',
      400,
      `from (${from}) must be before to (${to}); both are ms since the epoch, or negative for "before now"`,
    );
  }
  return { from, to };
}
