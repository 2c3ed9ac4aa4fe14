import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Context } from './context.js';
import { serveAgent } from './ingest/socket-route.js';
import { mayConnect } from './known-hosts.js';
import { serveBrowser } from './live/live-route.js';

/** The largest frame a browser may send, bytes. */
const BROWSER_FRAME = 64 * 1024;

/** A peer that answers no ping for this long is gone, ms. */
const HEARTBEAT_MS = 20_000;

interface Door {
  readonly server: WebSocketServer;
  readonly most: number;
  readonly serve: (socket: WebSocket, context: Context) => void;
}

/** The two WebSocket doors: `/api/v1/live` for browsers, `/api/v1/agent` for agents. */
export function openSockets(http: Server, context: Context): { close(): void } {
  const { config } = context;
  const doors = new Map<string, Door>([
    ['/api/v1/live', { server: socketServer(BROWSER_FRAME), most: config.maxBrowsers, serve: serveBrowser }],
    [
      '/api/v1/agent',
      { server: socketServer(config.maxUnpackedBytes), most: config.maxAgents, serve: serveAgent },
    ],
  ]);

  http.on('upgrade', (request, socket, head) => {
    const door = doors.get((request.url ?? '').split('?', 1)[0] ?? '');
    if (door === undefined) return refuse(socket, '404 Not Found', 'there is no WebSocket here');
    if (!mayConnect(request.headers, config.hosts)) {
      return refuse(socket, '403 Forbidden', 'this page may not connect: name its host in VIBRISSA_HOSTS');
    }
    if (door.server.clients.size >= door.most)
      return refuse(socket, '503 Service Unavailable', 'too many connections');
    door.server.handleUpgrade(request, socket, head, (connection) => {
      keepAlive(connection);
      connection.on('error', (error) => context.log.debug({ err: error }, 'socket error'));
      door.serve(connection, context);
    });
  });

  return {
    close() {
      for (const { server } of doors.values()) {
        for (const client of server.clients) client.close(1001, 'the server stops');
        server.close();
      }
    },
  };
}

function socketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
}

function refuse(socket: Duplex, status: string, why: string): void {
  const body = JSON.stringify({ error: { code: status.slice(0, 3), message: why } });
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Ends a connection whose other side has silently gone. */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, HEARTBEAT_MS);
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('close', () => clearInterval(timer));
}
