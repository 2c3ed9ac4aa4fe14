import { stored } from '../../ui/stored.js';

/** How policies are written. */
export interface Taste {
  readonly dialect: 'kubernetes' | 'calico';
  /** Staged policies only show what they would deny. */
  readonly staged: boolean;
}

/** The reader's last choice; Kubernetes and staged before there was one. */
export const recommendTaste = stored<Taste>('vibrissa.recommend', (found) => {
  const { dialect, staged } = (found ?? {}) as Partial<Record<keyof Taste, unknown>>;
  return { dialect: dialect === 'calico' ? 'calico' : 'kubernetes', staged: staged !== false };
});
