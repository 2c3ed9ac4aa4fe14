import { type Endpoint, type Filter, isOutside, policyOf, printFilter, workloadOf } from '@vibrissa/model';
import type { Row } from '../../../live/row.js';
import { endName } from '../../../view/end-name.js';
import { DEFAULT_VIEW, type View, viewToUrl } from '../../../view/view-url.js';
import { namedHit } from '../row-text.js';

export interface FlowLink {
  readonly label: string;
  readonly title: string;
  /** The filter it sets. */
  readonly filter: string;
}

/** Where to look next from a row: its like, all that either end does, and what the same policy decides. */
export function flowLinks(row: Row): readonly FlowLink[] {
  const links: FlowLink[] = [];
  for (const end of [row.source, row.dest]) {
    const text = endFilter(end);
    if (text === null || links.some(({ filter }) => filter === text)) continue;
    const name = endName(end);
    links.push({
      label: `All flows of ${name}`,
      title: `Everything ${name} sends or receives`,
      filter: text,
    });
  }
  links.push({
    label: 'Flows like this',
    title: 'The same two ends and port, whatever pods stand behind them',
    filter: likeFilter(row),
  });
  const hit = namedHit(row);
  const policy = hit === null || hit.kind === 'Profile' ? null : policyOf(hit);
  if (policy !== null && policy.name !== '') {
    links.push({
      label: `Decided by ${policy.name}`,
      title: `All flows that ${policy.name} decides, or would deny`,
      filter: printFilter(is('decided', policy.name)),
    });
  }
  return links;
}

export interface PageLink {
  readonly label: string;
  readonly title: string;
  readonly href: string;
}

/** Where policies for the row's workloads are recommended, over the window of the view. */
export function recommendLinks(
  { source, dest }: Pick<Row, 'source' | 'dest'>,
  { window }: Pick<View, 'window'>,
): readonly PageLink[] {
  const links = new Map<string, PageLink>();
  for (const end of [source, dest]) {
    if (end.kind !== 'workload' || end.namespace === '' || end.name === '') continue;
    const workload = workloadOf(end);
    const recommend = `${end.namespace}/${workload}`;
    links.set(recommend, {
      label: `Policy for ${workload}`,
      title: `What ${workload} was seen to need, as a policy`,
      href: `/recommend${viewToUrl({ ...DEFAULT_VIEW, window, recommend })}`,
    });
  }
  return [...links.values()];
}

function is(field: string, value: string): Filter {
  return { type: 'clause', field, op: '=', values: [value] };
}

/** Everything with this end on either side; null when there is nothing to name it by. */
function endFilter(end: Endpoint): string | null {
  if (end.address !== '') return printFilter(is('address', end.address));
  if (end.name === '') return end.namespace === '' ? null : printFilter(is('namespace', end.namespace));
  const named = is('workload', workloadOf(end));
  if (end.namespace === '') return printFilter(named);
  return printFilter({ type: 'and', nodes: [is('namespace', end.namespace), named] });
}

function likeFilter({ source, dest, port, protocol }: Row): string {
  const nodes = [...sideClauses('source', source), ...sideClauses('dest', dest)];
  if (protocol !== '') nodes.push(is('port', String(port)), is('protocol', protocol));
  return printFilter({ type: 'and', nodes });
}

function sideClauses(side: 'source' | 'dest', end: Endpoint): readonly Filter[] {
  if (end.address !== '') return [is(`${side}.address`, end.address)];
  const clauses: Filter[] = [];
  if (isOutside(end) && end.namespace === '') clauses.push(is(`${side}.kind`, end.kind));
  if (end.namespace !== '') clauses.push(is(`${side}.namespace`, end.namespace));
  if (end.name !== '') clauses.push(is(`${side}.workload`, workloadOf(end)));
  return clauses;
}
