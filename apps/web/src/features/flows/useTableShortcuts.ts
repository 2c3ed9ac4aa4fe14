import { useShortcuts } from '../../ui/useShortcuts.js';

export interface TableCommands {
  readonly step: (by: number) => void;
}

/** `j` and `k` walk the rows from anywhere on the page. */
export function useTableShortcuts({ step }: TableCommands): void {
  useShortcuts([
    ['j', () => step(1)],
    ['k', () => step(-1)],
  ]);
}
