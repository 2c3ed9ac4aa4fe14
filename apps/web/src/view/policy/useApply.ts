import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import { applyChange, resetChanges } from '../../api/policy-queries.js';
import { useLiveStatus } from '../../live/useLiveFlows.js';
import { tellApplied } from './applied.js';

export interface Apply {
  /** True where the cluster is simulated, and may be changed from here. */
  readonly can: boolean;
  readonly apply: (change: PolicyChange) => void;
  /** Takes back all that was applied. */
  readonly takeBack: () => void;
  readonly isBusy: boolean;
  /** What the server said against the last try. */
  readonly error: Error | null;
}

/** Puts changes into force in the simulated cluster, and takes them back. What was done is told by AppliedNotice. */
export function useApply(onDone?: () => void): Apply {
  const { health } = useLiveStatus();
  const queries = useQueryClient();
  // All that is told of policies rests on those that were in force.
  const readAnew = () => {
    void queries.invalidateQueries({ queryKey: ['policies'] });
    void queries.invalidateQueries({ queryKey: ['policy'] });
  };
  const applying = useMutation({
    mutationFn: applyChange,
    onSuccess: ({ done }) => {
      tellApplied({ how: 'applied', done });
      readAnew();
      onDone?.();
    },
  });
  const resetting = useMutation({
    mutationFn: resetChanges,
    onSuccess: ({ done }) => {
      tellApplied({ how: 'taken-back', done });
      readAnew();
    },
  });
  return {
    can: health !== null && health.demo !== null,
    apply: (change) => {
      resetting.reset();
      applying.mutate(change);
    },
    takeBack: () => {
      applying.reset();
      resetting.mutate();
    },
    isBusy: applying.isPending || resetting.isPending,
    error: applying.error ?? resetting.error,
  };
}
