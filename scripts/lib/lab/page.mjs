import { LabError } from './run.mjs';

/**
 * Reads the server's HTTP API, as the page's reader would.
 * @typedef {import('@vibrissa/protocol/messages').ApiGroup} ApiGroup
 * @typedef {import('@vibrissa/protocol/messages').FlowsReply<ApiGroup>} Reply
 */

const WHOLE_RUN_MS = 900_000;

/**
 * Every connection that the server knows of, with the raw reports behind each.
 * @param {string} url of the server
 * @returns {Promise<ApiGroup[]>}
 */
export async function readConnections(url) {
  const groups = [];
  let cursor = '';
  do {
    const query = new URLSearchParams({ groupBy: 'connection', from: String(-WHOLE_RUN_MS), limit: '1000' });
    if (cursor !== '') query.set('cursor', cursor);
    const reply = await fetch(`${url}/api/v1/flows?${query}`);
    if (!reply.ok)
      throw new LabError('bad-reply', `the server answers ${reply.status}: ${await reply.text()}`);
    // The server's own schema holds for the body; the agreement of counts is what is checked here.
    const page = /** @type {Reply} */ (await reply.json());
    groups.push(...page.flows);
    cursor = page.next ?? '';
  } while (cursor !== '');
  return groups;
}
