import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorReply, Health, ViewsReply } from '@vibrissa/protocol/messages';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { HandClock, testServer } from '../test-server.js';

const START = 1_770_000_000_000;
const denied = { name: 'Denied', page: 'flows', search: '?filter=verdict%3Ddeny' };

let data: string;
let server: RunningServer | null = null;

async function start(folder: string = data): Promise<RunningServer> {
  await server?.close();
  server = await testServer({ VIBRISSA_DATA: folder }, new HandClock(START));
  return server;
}

async function send(method: string, path: string, body?: unknown, type = 'application/json') {
  const response = await fetch(`${server?.url}/api/v1/views${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': type } }),
  });
  return { status: response.status, reply: (await response.json()) as ViewsReply & ErrorReply };
}

describe('/api/v1/views', () => {
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'vibrissa-views-'));
  });

  afterEach(async () => {
    await server?.close();
    server = null;
    rmSync(data, { recursive: true, force: true });
  });

  it('saves, renames, deletes and puts first; a restart keeps all', async () => {
    await start();
    expect((await send('GET', '')).reply).toEqual({ views: [], first: null });
    expect((await send('PUT', '/denied', denied)).reply.views).toEqual([
      { id: 'denied', ...denied, savedAt: START },
    ]);
    await send('PUT', '/wide', { ...denied, name: 'All', page: 'overview', search: '' });
    await send('PUT', '/denied', { ...denied, name: 'What is denied' });
    expect((await send('PUT', '/first', { id: 'denied' })).reply.first).toBe('denied');
    await start();
    const { reply } = await send('GET', '');
    expect(reply.views.map(({ id, name }) => [id, name])).toEqual([
      ['denied', 'What is denied'],
      ['wide', 'All'],
    ]);
    expect(reply.first).toBe('denied');
    expect((await send('DELETE', '/denied')).reply).toMatchObject({ views: [{ id: 'wide' }], first: null });
    expect((await send('PUT', '/first', { id: null })).status).toBe(200);
  });

  it('takes many changes at once, one after the other', async () => {
    await start();
    const ids = Array.from({ length: 30 }, (_, at) => `view-${at}`);
    const replies = await Promise.all(ids.map((id) => send('PUT', `/${id}`, denied)));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(JSON.parse(readFileSync(join(data, 'views.json'), 'utf8')).views).toHaveLength(30);
    expect(readdirSync(data).filter((name) => name.startsWith('views'))).toEqual(['views.json']);
  });

  it('keeps no more than it has room for', async () => {
    await start('off');
    for (let at = 0; at < 200; at++) await send('PUT', `/view-${at}`, denied);
    expect((await send('PUT', '/one-more', denied)).reply.error.code).toBe('too-many-views');
    expect((await send('PUT', '/view-7', { ...denied, name: 'Other' })).status).toBe(200);
  });

  it('keeps a file that it cannot read, says so, and goes on without it', async () => {
    writeFileSync(join(data, 'views.json'), '{"version":1,"views":[{"id":"x"}],"first":null}');
    await start();
    expect((await send('PUT', '/denied', denied)).reply.views).toHaveLength(1);
    const aside = readdirSync(data).filter((name) => name.startsWith('views-unreadable-'));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(data, aside[0] ?? ''), 'utf8')).toContain('"id":"x"');
    const health = (await (await fetch(`${server?.url}/api/v1/status`)).json()) as Health;
    expect(health.troubles).toEqual([
      { code: 'views-unreadable', message: expect.stringContaining(aside[0] ?? '') },
    ]);
  });

  it('is not half a file after a change that could not be written, and says what to do', async () => {
    await start();
    await send('PUT', '/denied', denied);
    // A folder in the way of the new file cannot be written over, whoever the server runs as.
    const blocked = join(data, 'views.json.new');
    mkdirSync(blocked);
    const answer = await send('PUT', '/other', denied);
    expect([answer.status, answer.reply.error.code]).toEqual([503, 'views-unwritable']);
    expect((await send('GET', '')).reply.views.map(({ id }) => id)).toEqual(['denied']);
    rmSync(blocked, { recursive: true });
    expect((await send('PUT', '/other', denied)).status).toBe(200);
  });

  it('keeps views in memory where nothing is kept', async () => {
    await start('off');
    await send('PUT', '/denied', denied);
    expect((await send('GET', '')).reply.views).toHaveLength(1);
    expect(existsSync('off')).toBe(false);
  });
});

describe('what /api/v1/views refuses', () => {
  beforeAll(() => start('off'));

  afterAll(() => server?.close());

  it.each([
    ['PUT', '/Denied', denied, 400, 'FST_ERR_VALIDATION', 'id'],
    ['PUT', '/..%2Fx', denied, 400, 'FST_ERR_VALIDATION', 'id'],
    ['PUT', '/x', { ...denied, name: ' ' }, 400, 'FST_ERR_VALIDATION', 'name'],
    ['PUT', '/x', { ...denied, name: 'n'.repeat(81) }, 400, 'FST_ERR_VALIDATION', 'name'],
    ['PUT', '/x', { ...denied, search: 'https://evil.example/' }, 400, 'FST_ERR_VALIDATION', 'search'],
    ['PUT', '/x', { ...denied, page: 'https://evil.example/' }, 400, 'FST_ERR_VALIDATION', 'page'],
    ['PUT', '/x', { ...denied, more: 1 }, 400, 'FST_ERR_VALIDATION', 'additional'],
    ['PUT', '/x', { ...denied, search: `?${'x'.repeat(70_000)}` }, 413, 'FST_ERR_CTP_BODY_TOO_LARGE', ''],
    ['PUT', '/first', { id: 'nobody' }, 404, 'no-such-view', 'nobody'],
    ['DELETE', '/nobody', undefined, 404, 'no-such-view', 'nobody'],
  ])('refuses %s %s (case %#)', async (method, path, body, status, code, word) => {
    const answer = await send(method, path, body);
    expect([answer.status, answer.reply.error.code]).toEqual([status, code]);
    expect(answer.reply.error.message).toContain(word);
  });

  it('takes nothing that a page of another site can send without asking', async () => {
    expect((await send('PUT', '/x', denied, 'text/plain')).status).toBe(415);
  });
});
