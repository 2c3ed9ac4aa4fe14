import { type Filter, networkText } from '@vibrissa/model';
import type { Measures, TopReply } from '@vibrissa/protocol/messages';
import { valueLabel } from '../../view/facet-list.js';
import { is } from '../../view/flows-link.js';
import { DENIED, LEAVES, WOULD_BE_DENIED } from './facts.js';

export type TopRow = TopReply['rows'][number];
export type Tone = 'plain' | 'deny' | 'stage';

/** How a row of a ranking is called. */
export interface RankName {
  /** Stands before the name, less loudly. */
  readonly lead: string;
  readonly text: string;
  /** A word after it that the eye is to find. */
  readonly mark: string;
}

/** A question for the most of something, and how its answer is read. */
export interface Ranking {
  readonly id: string;
  readonly title: string;
  /** What a row is, for the head of the table. */
  readonly noun: string;
  readonly by: readonly [string] | readonly [string, string];
  readonly measure: 'flows' | 'bytes' | 'denied';
  /** What it looks at beyond what the view filters by. */
  readonly only: readonly Filter[];
  /** Said when there is nothing. */
  readonly none: string;
  readonly name: (values: readonly string[]) => RankName;
  /** The clauses that find the flows of a row. */
  readonly clauses: (values: readonly string[]) => readonly Filter[];
  readonly tone: (values: readonly string[]) => Tone;
  /** Whether denied attempts among a row are its own doing, and told with it. */
  readonly tellsDenied: boolean;
  /** Rows to ask for: the card draws the first, its table has all. */
  readonly limit: number;
}

const ROWS = 50;
/** Enough to tell how many of all places have no name. */
const PLACES = 500;

const plain = (): Tone => 'plain';

function name(text: string, lead = '', mark = ''): RankName {
  return { lead, text, mark };
}

/** What stands at an end, by the name of its workload or network; the empty name is of what has none. */
function placeText(workload: string): string {
  return workload === '' ? 'no name' : valueLabel('workload', workload);
}

const LOOKS_LIKE_IP = /^[\d.]+$|:/;

export const DENIED_PAIRS: Ranking = {
  id: 'denied-pairs',
  title: 'Denied pairs',
  noun: 'Pair',
  by: ['source.workload', 'dest.workload'],
  measure: 'denied',
  only: DENIED,
  none: 'Nothing was denied in this window.',
  name: ([source = '', dest = '']) => name(`${placeText(source)} → ${placeText(dest)}`),
  clauses: ([source = '', dest = '']) => [
    ...DENIED,
    is('source.workload', source),
    is('dest.workload', dest),
  ],
  tone: () => 'deny',
  tellsDenied: false,
  limit: ROWS,
};

export const LEAVING: Ranking = {
  id: 'leaving',
  title: 'Leaves the cluster',
  noun: 'Destination',
  by: ['dest.address', 'dest.name'],
  measure: 'bytes',
  only: LEAVES,
  none: 'Nothing left the cluster in this window.',
  name: ([address = '', network = '']) => {
    if (address !== '') return name(address, '', LOOKS_LIKE_IP.test(address) ? 'no DNS name' : '');
    const isNetwork = network === 'pub' || network === 'pvt' || network === '';
    return name(isNetwork ? networkText(network) : network, '', isNetwork ? 'no address' : '');
  },
  clauses: ([address = '', network = '']) => [
    ...LEAVES,
    is('dest.address', address),
    is('dest.name', network),
  ],
  tone: plain,
  tellsDenied: true,
  limit: PLACES,
};

export const TALKERS: Ranking = {
  id: 'talkers',
  title: 'Top talkers',
  noun: 'Source',
  by: ['source.namespace', 'source.workload'],
  measure: 'bytes',
  only: [],
  none: 'Nothing talked in this window.',
  name: ([namespace = '', workload = '']) =>
    name(placeText(workload), namespace === '' ? '' : `${namespace} / `),
  clauses: ([namespace = '', workload = '']) => [
    is('source.namespace', namespace),
    is('source.workload', workload),
  ],
  tone: plain,
  tellsDenied: true,
  limit: ROWS,
};

export const PORTS: Ranking = {
  id: 'ports',
  title: 'Protocols and ports',
  noun: 'Port',
  by: ['protocol', 'port'],
  measure: 'bytes',
  only: [],
  none: 'Nothing was sent in this window.',
  name: ([protocol = '', port = '']) =>
    port === '0' || port === '' ? name(protocol.toUpperCase()) : name(port, `${protocol.toUpperCase()} `),
  clauses: ([protocol = '', port = '']) => [
    is('protocol', protocol),
    ...(port === '' ? [] : [is('port', port)]),
  ],
  tone: plain,
  tellsDenied: true,
  limit: ROWS,
};

export const POLICY_HITS: Ranking = {
  id: 'policies',
  title: 'Policies by hits',
  noun: 'Policy',
  by: ['policy'],
  measure: 'flows',
  only: [],
  none: 'No policy had a say in this window.',
  name: ([policy = '']) => name(policy === '' ? 'No policy known' : policy),
  clauses: ([policy = '']) => [
    policy === '' ? { type: 'clause', field: 'policy', op: '!~', values: [''] } : is('policy', policy),
  ],
  tone: plain,
  tellsDenied: false,
  limit: ROWS,
};

export const POLICY_DENIALS: Ranking = {
  id: 'policy-denials',
  title: 'Policies by denials',
  noun: 'Policy',
  by: ['decided', 'verdict'],
  measure: 'flows',
  only: [{ type: 'or', nodes: [is('verdict', 'deny'), is('pending', 'deny')] }],
  none: 'No policy denied anything, or would.',
  name: ([policy = '', verdict = '']) =>
    name(policy === '' ? 'No policy known' : policy, '', verdict === 'deny' ? '' : 'would deny'),
  clauses: ([policy = '', verdict = '']) => [
    ...(verdict === 'deny' ? DENIED : [...WOULD_BE_DENIED, is('verdict', verdict)]),
    is('decided', policy),
  ],
  tone: ([, verdict]) => (verdict === 'deny' ? 'deny' : 'stage'),
  tellsDenied: false,
  limit: ROWS,
};

/** Some sources count no bytes, and some no denied connections; then connections are counted. */
export function knownMeasure(ranking: Ranking, sum: Measures): Ranking['measure'] {
  return sum[ranking.measure] > 0 ? ranking.measure : 'flows';
}
