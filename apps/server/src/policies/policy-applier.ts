import type { PolicyEdit } from '@vibrissa/policy';

/** Whoever can put a change of policies into force: the simulated cluster. A real one is changed with kubectl. */
export interface PolicyApplier {
  /** Puts the edits into force from now on and says what was done. Throws PolicyEditError where one cannot be made. */
  apply(edits: readonly PolicyEdit[]): readonly string[];
  /** Takes back all that was applied. */
  reset(): readonly string[];
  /** Whether anything was applied that can be taken back. */
  readonly canReset: boolean;
}
