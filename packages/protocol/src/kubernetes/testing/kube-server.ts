import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type SecureContextOptions, TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { KubeAccess } from '../kube-config.js';

export interface KubeRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  /** Common name of the client's certificate; null where there is none, or no TLS. */
  readonly client: string | null;
}

/** Answers as a test wants; `watch` answers stay open until ended. */
export type KubeAnswer = (request: KubeRequest, response: ServerResponse) => void;

interface TestKubeServer {
  readonly access: KubeAccess;
  readonly requests: KubeRequest[];
}

/** An API server of a test's making over real HTTP, with what it was asked. */
export function kubeServer(answer: KubeAnswer): Promise<TestKubeServer> {
  return listen('http', (handle) => createServer(handle), answer);
}

/** As `kubeServer`, over TLS; `ca` is who vouches for clients, which need a certificate of theirs then. */
export function secureKubeServer(tls: SecureContextOptions, answer: KubeAnswer): Promise<TestKubeServer> {
  const mutual = tls.ca === undefined ? {} : { requestCert: true, rejectUnauthorized: true };
  return listen('https', (handle) => createSecureServer({ ...tls, ...mutual }, handle), answer);
}

async function listen(
  scheme: 'http' | 'https',
  create: (handle: (incoming: IncomingMessage, response: ServerResponse) => void) => Server,
  answer: KubeAnswer,
): Promise<TestKubeServer> {
  const requests: KubeRequest[] = [];
  const server = create((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://server');
    const request = {
      path: url.pathname,
      query: url.searchParams,
      token: incoming.headers.authorization,
      client: clientOf(incoming),
    };
    requests.push(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo;
  const access = {
    server: `${scheme}://127.0.0.1:${port}`,
    ca: null,
    clientCert: null,
    clientKey: null,
    token: async () => 'secret',
  };
  return { access, requests };
}

function clientOf({ socket }: IncomingMessage): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const name = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : null;
}

export function reply(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Begins the answer to a watch. */
export function events(response: ServerResponse, ...values: readonly unknown[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  for (const value of values) response.write(`${JSON.stringify(value)}\n`);
}

export function object(name: string, version: string): object {
  return { metadata: { name, resourceVersion: version } };
}

export function listOf(version: string, names: readonly string[], next = ''): object {
  return {
    metadata: { resourceVersion: version, ...(next === '' ? {} : { continue: next }) },
    items: names.map((name) => object(name, version)),
  };
}
