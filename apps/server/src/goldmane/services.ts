import { GrpcError, GrpcStatus, type Method } from '@vibrissa/protocol/grpc';

type Methods = ReadonlyMap<string, Method>;

/** One table of what the Goldmane port serves. Throws when two services claim a path. */
export function methodTable(...services: readonly Methods[]): Methods {
  const table = new Map<string, Method>();
  for (const [path, method] of services.flatMap((service) => [...service])) {
    if (table.has(path)) throw new Error(`two services claim ${path}`);
    table.set(path, method);
  }
  return table;
}

/** The same methods, answered with UNAVAILABLE while `why` has a reason: callers come back by themselves. */
export function unlessBusy(methods: Methods, why: () => string | null): Methods {
  return new Map([...methods].map(([path, method]) => [path, guarded(method, why)]));
}

function guarded(method: Method, why: () => string | null): Method {
  const check = () => {
    const reason = why();
    if (reason !== null) throw new GrpcError(GrpcStatus.unavailable, reason);
  };
  switch (method.kind) {
    case 'unary':
      return {
        kind: 'unary',
        handle(request, call) {
          check();
          return method.handle(request, call);
        },
      };
    case 'server-stream':
      return {
        kind: 'server-stream',
        handle(request, call) {
          check();
          return method.handle(request, call);
        },
      };
    case 'messages':
      return {
        kind: 'messages',
        open(call) {
          check();
          return method.open(call);
        },
      };
  }
}
