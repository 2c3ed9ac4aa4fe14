import type { LineReducer } from '@vibrissa/model';
import { type WhatIfAnswer, whatIf } from '@vibrissa/policy';

/** What `whatIf` is asked; plain data. */
export type ChangeOptions = Parameters<typeof whatIf>[0];

/** What a change would do to each line of a window. */
export function begin(options: ChangeOptions): LineReducer<WhatIfAnswer> {
  return whatIf(options);
}
