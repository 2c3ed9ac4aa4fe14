import type { RecordProblem } from '../record-problem.js';

/** As in records of our own: what Kubernetes lets names be, and a bound for everything else. */
const LONGEST_NAME = 253;

/** What is wrong with a name of a key that is too long; null when nothing is. */
export function tooLong(field: string, text: string): RecordProblem | null {
  if (text.length <= LONGEST_NAME) return null;
  return {
    field: `Key.${field}`,
    reason: `is longer than ${LONGEST_NAME} characters`,
    remedy: 'Send the name that Kubernetes has.',
  };
}
