import { CircleStop, TriangleAlert } from 'lucide-react';
import { ApiError } from '../../api/client.js';
import { Button } from '../../ui/Button.js';
import type { Asked } from './ChartCard.js';
import styles from './Problem.module.css';

/** That a card has nothing to show; why, and the way on after an error, stands once at the top of the page. */
export function Problem({ asked }: { readonly asked: Asked }) {
  const { stopped, error, again } = asked;
  return (
    <div className={styles.problem}>
      {stopped ? <CircleStop size={16} aria-hidden="true" /> : <TriangleAlert size={16} aria-hidden="true" />}
      <p className={styles.title}>{stopped ? 'Stopped before it was read' : titleOf(error)}</p>
      {stopped && <Button onClick={again}>Read again</Button>}
    </div>
  );
}

const TITLES: Readonly<Record<string, string>> = {
  unreachable: 'The server cannot be reached',
  'filter-syntax': 'This filter cannot be read',
  'query-too-long': 'Reading this takes too long',
  'history-unavailable': 'The history cannot be read',
};

export function titleOf(error: Error | null): string {
  return (error instanceof ApiError ? TITLES[error.code] : undefined) ?? 'The server could not answer this';
}
