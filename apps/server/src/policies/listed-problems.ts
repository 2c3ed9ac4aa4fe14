import type { ReadProblem } from '@vibrissa/policy';

/** More than anybody reads. */
const MOST_LISTED = 500;

/** The problems as they are told to people: errors first, and past the first few hundred how many more there are. */
export function listedProblems(problems: readonly ReadProblem[]): readonly ReadProblem[] {
  const sorted = [
    ...problems.filter(({ severity }) => severity === 'error'),
    ...problems.filter(({ severity }) => severity === 'warning'),
  ];
  const more = sorted.length - MOST_LISTED;
  if (more <= 0) return sorted;
  return [
    ...sorted.slice(0, MOST_LISTED),
    {
      severity: 'error',
      file: '',
      document: 0,
      path: '',
      line: 0,
      message: `${more} more problems are not listed: mend these first`,
    },
  ];
}
