import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../server.js';
import { LiveView, line, testServer } from '../test-server.js';

let server: RunningServer;

beforeEach(async () => {
  server = await testServer({ VIBRISSA_MAX_BATCH_RECORDS: '10000' });
});

afterEach(() => server.close());

/** A browser that subscribes and then reads nothing: a bare socket, so that no library reads for it. */
function stalledBrowser(url: string): Promise<() => void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET /api/v1/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  return new Promise((resolve) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(
        textFrame(JSON.stringify({ type: 'subscribe', id: 1, filter: '', grouping: 'connection', since: 0 })),
      );
      resolve(() => socket.destroy());
    });
  });
}

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  // Masked with zeros, as a client must mask: RFC 6455, 5.3.
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

async function post(round: number): Promise<void> {
  const lines = Array.from({ length: 4_000 }, (_, at) =>
    line({ port: 1 + at, source: { namespace: 'shop', name: `web-${'x'.repeat(100)}-${round % 3}` } }),
  );
  const headers = { 'content-type': 'application/x-ndjson' };
  await fetch(`${server.url}/api/v1/flows`, { method: 'POST', body: lines.join('\n'), headers });
}

describe('a browser that does not read', () => {
  it('holds up neither ingest nor another browser', async () => {
    const end = await stalledBrowser(server.url);
    const view = await LiveView.open(server.url);
    const rounds = 12;
    for (let round = 0; round < rounds; round++) await post(round);
    await view.until(() => view.connections === rounds * 4_000, 'the other browser to have it all');
    expect(view.skipped).toBe(0);
    expect(server.context.store.ring.size).toBe(3 * 4_000);
    end();
    view.end();
  });
});
