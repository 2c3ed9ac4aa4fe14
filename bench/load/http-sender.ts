import { Agent, request } from 'node:http';

export interface Body {
  readonly bytes: Buffer;
  readonly gzipped: boolean;
}

/** Posts the bodies over and over on a few connections, as fast as the server answers, until time is up. */
export async function postFor(
  serverUrl: string,
  bodies: readonly Body[],
  connections: number,
  milliseconds: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const until = performance.now() + milliseconds;
  let next = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < until) {
        const body = bodies[next++ % bodies.length];
        if (body !== undefined) await post(`${serverUrl}/api/v1/flows`, body, agent);
      }
    }),
  );
  agent.destroy();
}

function post(url: string, { bytes, gzipped }: Body, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-ndjson',
      'content-length': bytes.length,
      ...(gzipped ? { 'content-encoding': 'gzip' } : {}),
    };
    const sending = request(url, { method: 'POST', agent, headers }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      reply.on('end', () => {
        const rejected: unknown = reply.statusCode === 200 ? JSON.parse(text).rejected : text;
        if (rejected === 0) resolve();
        else reject(new Error(`the server refused records: ${text.slice(0, 300)}`));
      });
    });
    sending.on('error', reject);
    sending.end(bytes);
  });
}
