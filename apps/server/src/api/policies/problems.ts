import type { ApiPolicySource, ApiProblem } from '@vibrissa/protocol/messages';

/** How many problems of one file or source are listed. */
const MOST_LISTED = 500;

/** The first of many problems, and how many more there are. */
export function listed(problems: readonly ApiProblem[]): readonly ApiProblem[] {
  if (problems.length <= MOST_LISTED) return problems;
  const left = problems.length - MOST_LISTED;
  const [first] = problems;
  const more: ApiProblem = {
    file: first?.file ?? '',
    document: 0,
    path: '',
    line: 0,
    severity: problems.slice(MOST_LISTED).some(({ severity }) => severity === 'error') ? 'error' : 'warning',
    message: `${left} more are not listed: mend these first`,
  };
  return [...problems.slice(0, MOST_LISTED), more];
}

export function listedSources(sources: readonly ApiPolicySource[]): readonly ApiPolicySource[] {
  return sources.map((source) => ({ ...source, problems: listed(source.problems) }));
}
