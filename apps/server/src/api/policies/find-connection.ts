import { type Endpoint, endpointText, exactFilterFor } from '@vibrissa/model';
import { type SeenConnection, seenConnection } from '@vibrissa/policy';
import type { ConnectionQuestion } from '@vibrissa/protocol/messages';
import type { FlowStore, QueryControl, Window } from '@vibrissa/store';
import { RequestError } from '../../errors.js';

/** The filter may find a few more: clauses compare as people write, without regard to some spellings. */
const MOST_ALIKE = 20;

/**
 * What was observed of a connection in a window, all of its reports. Rejects with RequestError where nothing was,
 * and with what the store rejects with.
 */
export async function findConnection(
  question: ConnectionQuestion,
  window: Window,
  flows: Pick<FlowStore, 'flows'>,
  control: QueryControl,
): Promise<SeenConnection> {
  const query = {
    ...window,
    filter: exactFilterFor(question),
    grouping: 'connection',
    limit: MOST_ALIKE,
  } as const;
  const page = await flows.flows(query, control);
  const group = page.groups.find(
    ({ key }) =>
      key.port === question.port &&
      key.protocol === question.protocol &&
      isSameEnd(key.source, question.source) &&
      isSameEnd(key.dest, question.dest),
  );
  if (group !== undefined) return seenConnection(group);
  const { source, dest, port, protocol } = question;
  throw new RequestError(
    'not-observed',
    404,
    `nothing was observed of ${endpointText(source)} → ${endpointText(dest)}, port ${port}/${protocol}, in this ` +
      'window: names are as flows have them, to the letter; or widen the window',
  );
}

function isSameEnd(a: Endpoint, b: Endpoint): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name && a.address === b.address;
}
