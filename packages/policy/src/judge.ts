import { isStaged } from '@vibrissa/model';
import type { Connection } from './connection.js';
import { evaluateConnection } from './evaluate.js';
import type { PolicySet } from './policy-set.js';
import { isSame, type Naming } from './policy-words.js';
import { enforcedTwin } from './staged.js';
import { sideSteps } from './steps.js';
import type { Judgement } from './why-headline.js';

/** What a set of policies says of a connection, with every step at the ends that it governs. */
export function judge(set: PolicySet, connection: Connection): Judgement {
  const { verdict, source, dest } = evaluateConnection(set, connection);
  return {
    verdict,
    sides: [
      ...(source === null ? [] : [sideSteps(set, connection, 'egress')]),
      ...(dest === null ? [] : [sideSteps(set, connection, 'ingress')]),
    ],
  };
}

/** A staged policy stands among those in force as its twin; a reader knows it as staged. */
export function stagedNaming(set: PolicySet): Naming {
  const staged = set.policies.filter(
    ({ kind, stagedAction }) => isStaged(kind) && (stagedAction ?? 'set') === 'set',
  );
  return (policy) => {
    const found = staged.find((one) => isSame(enforcedTwin(one), policy));
    return found === undefined ? policy : { ...policy, kind: found.kind };
  };
}
