import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { KubeAccess } from '../kube-config.js';

export interface KubeRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
}

/** Answers as a test wants; `watch` answers stay open until ended. */
export type KubeAnswer = (request: KubeRequest, response: ServerResponse) => void;

/** An API server of a test's making over real HTTP, with what it was asked. */
export async function kubeServer(answer: KubeAnswer): Promise<{
  readonly access: KubeAccess;
  readonly requests: KubeRequest[];
}> {
  const requests: KubeRequest[] = [];
  const server = createServer((incoming: IncomingMessage, response) => {
    const url = new URL(incoming.url ?? '/', 'http://server');
    const request = {
      path: url.pathname,
      query: url.searchParams,
      token: incoming.headers.authorization,
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
    server: `http://127.0.0.1:${port}`,
    ca: null,
    clientCert: null,
    clientKey: null,
    token: async () => 'secret',
  };
  return { access, requests };
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
