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

/** A way out of a problem. */
export interface Correction {
  readonly draft: Draft;
  /** Whether it adds to the end rather than replaces what cannot be read. */
  readonly adds: boolean;
}

/**
 * What was perhaps meant put where it belongs: in place of what cannot be read or, for what is missing,
 * at the end. Null when neither gets the reader any further.
 */
export function correctionOf(text: string, problem: FilterSyntaxError): Correction | null {
  const { suggestion } = problem;
  if (suggestion === null) return null;
  const end = { from: text.length, to: text.length };
  const corrections = [
    { draft: complete({ text, caret: 0 }, problem, suggestion), adds: false },
    { draft: complete({ text, caret: 0 }, end, suggestion), adds: true },
  ];
  const helps = ({ draft }: Correction): boolean => {
    const next = problemOf(draft.text);
    return next === null || next.from > problem.from;
  };
  return corrections.find(helps) ?? null;
}

/**
 * Whether a chosen value ends the draft, so that it can become a clause at once: the caret is behind
 * everything and the text can be read.
 */
export function isFinished(draft: Draft): boolean {
  return draft.text.slice(draft.caret).trim() === '' && problemOf(draft.text) === null;
}
