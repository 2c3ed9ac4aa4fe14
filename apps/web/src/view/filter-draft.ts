import { FilterSyntaxError, type Suggestion } from '@vibrissa/model';
import { readFilter } from './filter-clauses.js';

/** Text being typed, and where the caret is in it. */
export interface Draft {
  readonly text: string;
  readonly caret: number;
}

export const EMPTY_DRAFT: Draft = { text: '', caret: 0 };

/** The draft with a completion in place of what it completes, and the caret behind it. */
export function complete(draft: Draft, suggestion: Pick<Suggestion, 'from' | 'to'>, insert: string): Draft {
  const text = draft.text.slice(0, suggestion.from) + insert + draft.text.slice(suggestion.to);
  return { text, caret: suggestion.from + insert.length };
}

/** What is wrong with a text; null when it is a filter. */
export function problemOf(text: string): FilterSyntaxError | null {
  const filter = readFilter(text);
  return filter instanceof FilterSyntaxError ? filter : null;
}

/** The draft with what was perhaps meant in place of what cannot be read. */
export function correct(text: string, problem: FilterSyntaxError): Draft {
  return complete({ text, caret: 0 }, problem, problem.suggestion ?? text.slice(problem.from, problem.to));
}

/**
 * Whether a chosen value ends the draft, so that it can become a clause at once: the caret is behind
 * everything and the text can be read.
 */
export function isFinished(draft: Draft): boolean {
  return draft.text.slice(draft.caret).trim() === '' && problemOf(draft.text) === null;
}
