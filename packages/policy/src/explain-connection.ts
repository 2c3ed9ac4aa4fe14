import { connectionOf, type ObservedFlow } from './evaluate-flow.js';
import { judge, stagedNaming } from './judge.js';
import type { Engine } from './rulebook.js';
import type { Why } from './why.js';
import { headlineOf } from './why-headline.js';
import { whySide } from './why-steps.js';
import { endNames } from './words.js';

/** What the known policies would do with a connection that nobody has observed, and why. */
export function explainConnection(flow: ObservedFlow, { set, index }: Engine): Why {
  const connection = connectionOf(flow, index);
  const today = judge(set, connection);
  const staged = judge(set.afterStaging(), connection);
  const names = endNames(flow.key.source, flow.key.dest);
  const naming = stagedNaming(set);
  return {
    // As if it had been observed: the sentence is about the policies alone then.
    headline: headlineOf({
      observed: today.verdict,
      told: '',
      agrees: true,
      deniedAt: null,
      names,
      today,
      staged,
      naming,
    }),
    knowsPolicies: set.policies.length > 0,
    observed: 'unknown',
    evaluated: today.verdict,
    afterStaging: staged.verdict,
    sides: today.sides.map((side) =>
      whySide(side, side.direction === 'egress' ? `Leaving ${names.source}` : `Arriving at ${names.dest}`),
    ),
    disagreements: [],
    notes: [],
  };
}
