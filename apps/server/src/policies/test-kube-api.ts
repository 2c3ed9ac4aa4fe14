import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeAccess } from '@vibrissa/protocol/kubernetes';
import { onTestFinished } from 'vitest';

type Json = Readonly<Record<string, unknown>>;

/** An API server that keeps objects and tells watches of changes, over real HTTP. */
export class TestKubeApi {
  /** Every request so far, as `GET /api/v1/pods?watch=1`. */
  readonly asked: string[] = [];
  readonly #collections = new Map<string, Map<string, Json>>();
  readonly #watches = new Map<string, Set<ServerResponse>>();
  readonly #answers = new Map<string, number>();
  #version = 1;
  #url = '';

  /** Listens on a free port; `paths` are the collections that there are. */
  static async start(paths: readonly string[]): Promise<TestKubeApi> {
    const api = new TestKubeApi();
    for (const path of paths) api.install(path);
    const server = createServer((request, response) =>
      api.#take(new URL(request.url ?? '/', 'http://x'), response),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server's address is never a path.
    const { port } = server.address() as AddressInfo;
    api.#url = `http://127.0.0.1:${port}`;
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return api;
  }

  get access(): KubeAccess {
    return { server: this.#url, ca: null, clientCert: null, clientKey: null, token: async () => 'secret' };
  }

  install(path: string): void {
    this.#collections.set(path, new Map());
  }

  uninstall(path: string): void {
    this.#collections.delete(path);
    this.cut(path);
  }

  put(path: string, object: Json): void {
    const objects = this.#collections.get(path);
    if (objects === undefined) throw new Error(`there is no ${path}`);
    const whole = this.#stamped(object);
    const id = idOf(object);
    const type = objects.has(id) ? 'MODIFIED' : 'ADDED';
    objects.set(id, whole);
    this.#tell(path, type, whole);
  }

  delete(path: string, id: string): void {
    const object = this.#collections.get(path)?.get(id);
    this.#collections.get(path)?.delete(id);
    if (object !== undefined) this.#tell(path, 'DELETED', this.#stamped(object));
  }

  /** Answers whatever is asked of this collection with a status from now on; 200 ends that. */
  answer(path: string, status: number): void {
    if (status === 200) this.#answers.delete(path);
    else this.#answers.set(path, status);
    this.cut(path);
  }

  /** Ends the watches of a collection. */
  cut(path: string): void {
    for (const response of this.#watches.get(path) ?? []) response.end();
    this.#watches.delete(path);
  }

  #stamped(object: Json): Json {
    this.#version++;
    return {
      ...object,
      metadata: {
        ...Object(object.metadata),
        resourceVersion: String(this.#version),
        managedFields: [{ a: 1 }],
      },
    };
  }

  #tell(path: string, type: string, object: Json): void {
    for (const response of this.#watches.get(path) ?? []) response.write(line(type, object));
  }

  #take({ pathname, search, searchParams }: URL, response: ServerResponse): void {
    this.asked.push(`GET ${pathname}${search}`);
    const status = this.#answers.get(pathname);
    const objects = this.#collections.get(pathname);
    const resources = [...this.#collections.keys()].flatMap((path) =>
      path.startsWith(`${pathname}/`) ? [{ name: path.slice(pathname.length + 1) }] : [],
    );
    if (status !== undefined) send(response, { message: 'as the test wants' }, status);
    else if (objects !== undefined && searchParams.get('watch') === '1') {
      this.#watch(pathname, searchParams, response);
    } else if (objects !== undefined) this.#list(objects, searchParams, response);
    else if (resources.length > 0) send(response, { resources });
    else send(response, { message: 'there is no such resource' }, 404);
  }

  /** In pages, without what each object is, as the real one does. */
  #list(objects: ReadonlyMap<string, Json>, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('continue') ?? 0);
    const size = Math.min(3, Number(query.get('limit')));
    const next = from + size;
    send(response, {
      metadata: {
        resourceVersion: String(this.#version),
        ...(next < objects.size ? { continue: String(next) } : {}),
      },
      items: [...objects.values()].slice(from, next).map(({ apiVersion: _, kind: __, ...object }) => object),
    });
  }

  #watch(path: string, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const since = Number(query.get('resourceVersion'));
    const watches = this.#watches.get(path) ?? new Set();
    this.#watches.set(path, watches.add(response));
    response.on('close', () => watches.delete(response));
    for (const object of this.#collections.get(path)?.values() ?? []) {
      const { resourceVersion } = Object(object.metadata) as { resourceVersion: string };
      if (Number(resourceVersion) > since) response.write(line('MODIFIED', object));
    }
  }
}

function idOf(object: Json): string {
  const { namespace, name } = Object(object.metadata) as { namespace?: string; name: string };
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function line(type: string, object: Json): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function send(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
