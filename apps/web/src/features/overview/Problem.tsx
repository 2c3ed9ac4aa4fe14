import { CircleStop, TriangleAlert } from 'lucide-react';
import { ApiError } from '../../api/client.js';
import { Button } from '../../ui/Button.js';
import type { Asked } from './ChartCard.js';
import styles from './Problem.module.css';

/** Why a card has nothing to show, and the way on. */
export function Problem({ asked }: { readonly asked: Asked }) {
  const { stopped, error, again } = asked;
  return (
    <div className={styles.problem} role={stopped ? 'status' : 'alert'}>
      {stopped ? <CircleStop size={16} aria-hidden="true" /> : <TriangleAlert size={16} aria-hidden="true" />}
      <p className={styles.title}>{stopped ? 'Stopped before it was read' : titleOf(error)}</p>
      {!stopped && error !== null && <p className={styles.text}>{error.message}</p>}
      {(stopped || canHelp(error)) && <Button onClick={again}>{stopped ? 'Read it' : 'Try again'}</Button>}
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

function canHelp(error: Error | null): boolean {
  return !(error instanceof ApiError) || error.retryable;
}
