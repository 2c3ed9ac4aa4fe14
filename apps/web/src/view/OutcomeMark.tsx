import type { Outcome } from './outcome.js';

const SIZE = 11;

/** Square, diamond, ring, broken ring: what became of a flow, for eyes that do not tell red from green. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome }) {
  return (
    <svg width={SIZE} height={SIZE} viewBox="0 0 11 11" aria-hidden="true" focusable="false">
      {outcome === 'deny' && (
        <>
          <rect width="11" height="11" rx="2.5" fill="var(--deny)" />
          <path d="M3 5.5h5" stroke="var(--bg)" strokeWidth="1.7" />
        </>
      )}
      {outcome === 'stage' && <path d="M5.5.3 10.7 5.5 5.5 10.7.3 5.5z" fill="var(--stage-fill)" />}
      {outcome === 'allow' && (
        <circle cx="5.5" cy="5.5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      )}
      {outcome === 'unknown' && (
        <circle
          cx="5.5"
          cy="5.5"
          r="3.6"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeDasharray="2.2 1.6"
        />
      )}
    </svg>
  );
}
