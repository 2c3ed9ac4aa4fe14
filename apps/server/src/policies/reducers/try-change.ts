import type { LineReducer } from '@vibrissa/model';
import { type WhatIfAnswer, type WhatIfOptions, whatIf } from '@vibrissa/policy';

/** What a change would do to each line of a window. */
export function begin(options: WhatIfOptions): LineReducer<WhatIfAnswer> {
  return whatIf(options);
}
