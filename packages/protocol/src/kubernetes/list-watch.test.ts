import type { ServerResponse } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KUBE_LIMITS, KubeClient } from './kube-client.js';
import { listWatch, type WatchState } from './list-watch.js';
import { events, type KubeAnswer, kubeServer, listOf, object, reply } from './testing/kube-server.js';

function readName(value: unknown): string | null {
  const { metadata } = Object(value);
  return typeof metadata?.name === 'string' ? metadata.name : null;
}

async function follow(answer: KubeAnswer, limits = KUBE_LIMITS) {
  const { access, requests } = await kubeServer(answer);
  const client = new KubeClient(access, limits);
  const stop = new AbortController();
  const states: WatchState[] = [];
  const names = new Set<string>();
  const seen: string[] = [];
  let failure: unknown = null;
  const done = (async () => {
    const options = {
      client,
      path: '/api/v1/pods',
      query: { fieldSelector: 'spec.nodeName=n1' },
      read: readName,
      backoff: { first: 1, most: 2 },
      random: () => 0,
      onState: (state: WatchState) => states.push(state),
      isFinal: (error: { code: string }) => error.code === 'forbidden',
      pageSize: 2,
      watchSeconds: 1,
    };
    for await (const change of listWatch(options, stop.signal)) {
      if (change.type === 'list') {
        names.clear();
        for (const name of change.items) names.add(name);
        seen.push(`list ${change.items.join(',')}`);
      } else {
        if (change.type === 'set') names.add(change.item);
        else names.delete(change.item);
        seen.push(`${change.type} ${change.item}`);
      }
    }
  })().catch((error: unknown) => {
    failure = error;
  });
  onTestFinished(async () => {
    stop.abort();
    await done;
    client.close();
  });
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { names, seen, states, requests, until, done, failure: () => failure };
}

/** Answers lists and watches in turn; the last of each answers all that follow. */
function scripted(lists: readonly KubeAnswer[], watches: readonly KubeAnswer[]): KubeAnswer {
  let listed = 0;
  let watched = 0;
  return (request, response) => {
    const answer = request.query.has('watch')
      ? watches[Math.min(watched++, watches.length - 1)]
      : lists[Math.min(listed++, lists.length - 1)];
    answer?.(request, response);
  };
}

const silent: KubeAnswer = (_request, response) => events(response);

describe('following a collection', () => {
  it('lists in pages, then watches from there', async () => {
    const following = await follow(
      scripted(
        [
          (_, response) => reply(response, listOf('5', ['a', 'b'], 'next')),
          (_, response) => reply(response, listOf('5', ['c'])),
        ],
        [
          (_, response) =>
            events(
              response,
              { type: 'ADDED', object: object('d', '6') },
              { type: 'DELETED', object: object('a', '7') },
            ),
        ],
      ),
    );
    await following.until(() => following.seen.length === 3);
    expect(following.seen).toEqual(['list a,b,c', 'set d', 'gone a']);
    const [first, second, third] = following.requests;
    expect(Object.fromEntries(first?.query ?? [])).toEqual({ limit: '2', fieldSelector: 'spec.nodeName=n1' });
    expect(second?.query.get('continue')).toBe('next');
    expect(Object.fromEntries(third?.query ?? [])).toMatchObject({
      watch: '1',
      resourceVersion: '5',
      allowWatchBookmarks: 'true',
      fieldSelector: 'spec.nodeName=n1',
    });
    expect(first?.token).toBe('Bearer secret');
    expect(following.states.at(-1)).toEqual({ is: 'following', items: 3, unreadable: 0 });
  });

  it('goes on from the last bookmark when the watch ends, without a new list', async () => {
    const following = await follow(
      scripted(
        [(_, response) => reply(response, listOf('5', ['a']))],
        [
          (_, response) => {
            events(response, { type: 'BOOKMARK', object: object('', '90') });
            response.end();
          },
          (_, response) => events(response, { type: 'MODIFIED', object: object('b', '91') }),
        ],
      ),
    );
    await following.until(() => following.seen.length === 2);
    expect(following.seen).toEqual(['list a', 'set b']);
    expect(following.requests.at(-1)?.query.get('resourceVersion')).toBe('90');
  });

  it('goes on from the last change when the watch is cut, be it in the middle of a line', async () => {
    const cut = (_: unknown, response: ServerResponse) => {
      events(response, { type: 'ADDED', object: object('b', '6') });
      response.write('{"type":"ADDED","obj', () => response.destroy());
    };
    const following = await follow(
      scripted(
        [(_, response) => reply(response, listOf('5', ['a']))],
        [cut, (_, response) => events(response, { type: 'ADDED', object: object('c', '7') })],
      ),
    );
    await following.until(() => following.names.size === 3);
    expect(following.seen).toEqual(['list a', 'set b', 'set c']);
    expect(following.requests.at(-1)?.query.get('resourceVersion')).toBe('6');
    expect(following.states).toContainEqual(expect.objectContaining({ is: 'waiting' }));
  });

  it.each([
    [
      'as an event',
      (_: unknown, response: ServerResponse) => {
        events(response, { type: 'ERROR', object: { code: 410, message: 'too old' } });
        response.end();
      },
    ],
    [
      'as a status',
      (_: unknown, response: ServerResponse) => reply(response, { code: 410, message: 'too old' }, 410),
    ],
  ])('lists anew when its version is gone (%s)', async (_name, gone) => {
    const following = await follow(
      scripted(
        [
          (_, response) => reply(response, listOf('5', ['a', 'b'])),
          (_, response) => reply(response, listOf('9', ['b', 'c'])),
        ],
        [gone, silent],
      ),
    );
    await following.until(() => following.seen.length === 2);
    expect([...following.names]).toEqual(['b', 'c']);
  });

  it('begins the list again when a page of it is gone', async () => {
    const following = await follow(
      scripted(
        [
          (_, response) => reply(response, listOf('5', ['a'], 'next')),
          (_, response) => reply(response, {}, 410),
          (_, response) => reply(response, listOf('6', ['b'])),
        ],
        [silent],
      ),
    );
    await following.until(() => following.seen.length === 1);
    expect(following.seen).toEqual(['list b']);
  });

  it('waits and tries again while it is not let in, and says why', async () => {
    const following = await follow(
      scripted(
        [
          (_, response) => reply(response, { message: 'Unauthorized' }, 401),
          (_, response) => reply(response, listOf('5', ['a'])),
        ],
        [silent],
      ),
    );
    await following.until(() => following.names.has('a'));
    expect(following.states[0]).toMatchObject({
      is: 'waiting',
      reason: expect.stringMatching(/401: Unauthorized; give it a valid token/),
    });
  });

  it('ends with what trying again cannot help', async () => {
    const following = await follow((_, response) => reply(response, { message: 'no' }, 403));
    await following.done;
    expect(following.failure()).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('ClusterRole'),
    });
  });

  it('does not wait for ever for a server that fell silent', async () => {
    const following = await follow(
      scripted([() => {}, (_, response) => reply(response, listOf('5', ['a']))], [silent]),
      { ...KUBE_LIMITS, silenceMs: 50 },
    );
    await following.until(() => following.names.has('a'));
    expect(following.states[0]).toMatchObject({
      is: 'waiting',
      reason: expect.stringContaining('nothing came'),
    });
  });

  it('leaves out objects it cannot read, and counts them', async () => {
    const following = await follow(
      scripted(
        [
          (_, response) =>
            reply(response, { metadata: { resourceVersion: '1' }, items: [{}, object('a', '1')] }),
        ],
        [silent],
      ),
    );
    await following.until(() => following.states.length === 1);
    expect(following.states[0]).toEqual({ is: 'following', items: 1, unreadable: 1 });
  });

  it('refuses answers larger than they should be', async () => {
    const following = await follow(
      scripted(
        [
          (_, response) => reply(response, listOf('1', ['x'.repeat(3_000)])),
          (_, response) => reply(response, listOf('1', ['a'])),
        ],
        [(_, response) => events(response, { type: 'ADDED', object: object('y'.repeat(3_000), '2') })],
      ),
      { ...KUBE_LIMITS, maxBytes: 2_000, maxLineBytes: 2_000 },
    );
    await following.until(() => following.states.length >= 3);
    const reasons = following.states.flatMap((state) => (state.is === 'waiting' ? [state.reason] : []));
    expect(reasons[0]).toMatch(/more than 2000 bytes/);
    expect(reasons[1]).toMatch(/line of more than/);
  });

  it('survives any answer', async () => {
    const junk = fc.sample(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.constantFrom(
          '{"type":"ADDED"}',
          '{"type":1,"object":{}}',
          '{"metadata":{"resourceVersion":"1"}}',
          'null',
        ),
      ),
      { numRuns: 400, seed: 7 },
    );
    let at = 0;
    let watches = 0;
    const following = await follow(({ query }, response) => {
      if (at >= junk.length && !query.has('watch')) return reply(response, listOf('1', ['end']));
      if (at >= junk.length) {
        watches++;
        return events(response, { type: 'ERROR', object: { code: 410 } });
      }
      response.writeHead(200).end(junk[at++]);
    });
    await following.until(() => following.names.has('end') && watches > 0);
    expect(following.failure()).toBeNull();
  });
});
