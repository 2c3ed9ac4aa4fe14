/** Whether something holds; `maybe` when a fact that decides it is not known. */
export type Match = 'yes' | 'no' | 'maybe';

/** Both must hold. */
export function both(a: Match, b: Match): Match {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes';
}

/** One of them must hold. */
export function either(a: Match, b: Match): Match {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'maybe' || b === 'maybe' ? 'maybe' : 'no';
}

export function negate(match: Match): Match {
  if (match === 'maybe') return 'maybe';
  return match === 'yes' ? 'no' : 'yes';
}

export function known(holds: boolean): Match {
  return holds ? 'yes' : 'no';
}
