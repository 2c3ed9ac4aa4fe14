import type { FilterSyntaxError } from '@vibrissa/model';
import { TriangleAlert } from 'lucide-react';
import styles from './FilterError.module.css';
import { correctionOf, type Draft } from './filter-draft.js';

export interface FilterErrorProps {
  readonly id: string;
  readonly text: string;
  readonly problem: FilterSyntaxError;
  readonly onCorrect: (corrected: Draft) => void;
}

/** What is wrong with the text, where, and what was perhaps meant. */
export function FilterError({ id, text, problem, onCorrect }: FilterErrorProps) {
  const { from, to, suggestion } = problem;
  const correction = correctionOf(text, problem);
  const wrong = text.slice(from, to);
  return (
    <div id={id} role="alert" className={styles.error}>
      <TriangleAlert size={14} className={styles.icon} aria-hidden="true" />
      <p className={styles.text}>
        {sentenceOf(problem)} <span className={styles.place}>Character {from + 1}.</span>
      </p>
      <code className={styles.source}>
        {text.slice(0, from)}
        <mark className={styles.mark}>{wrong === '' ? ' ' : wrong}</mark>
        {text.slice(to)}
      </code>
      {correction !== null && (
        <button type="button" className={styles.fix} onClick={() => onCorrect(correction.draft)}>
          {correction.adds ? 'Add' : 'Did you mean'} <b>{suggestion}</b>
          {correction.adds ? ' at the end' : '?'}
        </button>
      )}
    </div>
  );
}

/** The message as a sentence; what was perhaps meant has a button of its own. */
function sentenceOf({ message }: FilterSyntaxError): string {
  const said = message.replace(/; did you mean .*\?$/, '');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}
