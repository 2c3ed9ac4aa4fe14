import type { Party, UnsureLabels } from './connection.js';
import { both, either, known, type Match, negate } from './match.js';
import { type LabelMap, matchesSelector, type Selector, selectorKeys } from './selector.js';

/** Whether a selector matches an end: as the endpoint it is, or as an address in a network set. */
export function matchParty(selector: Selector, party: Party): Match {
  let match = matchEndpoint(selector, party);
  for (const { labels, certain } of party.sets ?? []) {
    if (match === 'yes') return match;
    if (matchesSelector(selector, labels)) match = certain ? 'yes' : 'maybe';
  }
  return match;
}

/** Whether a selector matches the endpoint itself. */
export function matchEndpoint(selector: Selector, { labels, unsure }: Party): Match {
  if (labels === undefined) return 'no';
  if (labels === null) return 'maybe';
  return unsure === undefined
    ? known(matchesSelector(selector, labels))
    : matchUnsure(selector, labels, unsure);
}

function matchUnsure(selector: Selector, labels: LabelMap, unsure: UnsureLabels): Match {
  switch (selector.op) {
    case 'all':
    case 'global':
      return 'yes';
    case 'and':
      return selector.of.reduce<Match>((sum, part) => both(sum, matchUnsure(part, labels, unsure)), 'yes');
    case 'or':
      return selector.of.reduce<Match>((sum, part) => either(sum, matchUnsure(part, labels, unsure)), 'no');
    case 'not':
      return negate(matchUnsure(selector.of, labels, unsure));
    default:
      return isUnsure(selector.key, labels, unsure) ? 'maybe' : known(matchesSelector(selector, labels));
  }
}

const ACCOUNT = 'projectcalico.org/serviceaccount';

function isUnsure(key: string, labels: LabelMap, unsure: UnsureLabels): boolean {
  if (unsure.keys.has(key)) return true;
  if (labels.has(key)) return false;
  if (key.startsWith('pcns.')) return unsure.namespace;
  if (key.startsWith('pcsa.') || key === ACCOUNT) return unsure.serviceAccount;
  return unsure.own;
}

/** The labels of a selector that are not known of an end, for the reader of a verdict. */
export function unsureKeys(selector: Selector, { labels, unsure }: Party): readonly string[] {
  if (labels === undefined) return [];
  return selectorKeys(selector).filter(
    (key) => labels === null || (unsure !== undefined && isUnsure(key, labels, unsure)),
  );
}
