import type { LineReducer } from '@vibrissa/model';
import { type JudgedFixes, type JudgeFixesOptions, judgeFixes } from '@vibrissa/policy';

/** What each of several fixes would do to the lines of a window. */
export function begin(options: JudgeFixesOptions): LineReducer<JudgedFixes> {
  return judgeFixes(options);
}
