import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bufCurl } from '../testing/buf-curl.js';
import { TestAuthority } from '../testing/certificates.js';
import { type TestGrpc, testGrpc } from './test-grpc.js';

const SCHEMA = `
  syntax = "proto3";
  package test;
  message Text { bytes data = 1; }
  service Test {
    rpc Echo(Text) returns (Text);
    rpc Who(Text) returns (Text);
    rpc Fail(Text) returns (Text);
    rpc Bug(Text) returns (Text);
    rpc Nope(Text) returns (Text);
    rpc Never(Text) returns (Text);
    rpc OneThenFail(Text) returns (stream Text);
    rpc Connect(stream Text) returns (stream Text);
  }
`;

let folder: string;
let grpc: TestGrpc;
let secure: TestGrpc;
let flags: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vibrissa-buf-curl-'));
  await writeFile(join(folder, 'test.proto'), SCHEMA);
  const authority = await TestAuthority.create();
  const server = await authority.issue({ commonName: 'server', ips: ['127.0.0.1'] });
  const client = await authority.issue({ commonName: 'calico-node' });
  const files = { ca: authority.ca, cert: client.cert, key: client.key };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.pem`), text);
  flags = ['--cacert', 'ca', '--cert', 'cert', '--key', 'key'].map((word) =>
    word.startsWith('--') ? word : join(folder, `${word}.pem`),
  );
  grpc = await testGrpc();
  secure = await testGrpc({ tls: { ...server, ca: authority.ca } });
});

afterAll(async () => {
  await Promise.all([grpc.server.close(), secure.server.close(), rm(folder, { recursive: true })]);
});

function call(method: string, ...messages: object[]) {
  return bufCurl({ schema: folder, url: `http://${grpc.target}/test.Test/${method}`, messages });
}

describe('a client that is not ours', () => {
  it('gets a single answer', async () => {
    expect(await call('Echo', { data: 'aGVsbG8=' })).toMatchObject({
      messages: [{ data: 'aGVsbG8=' }],
      error: null,
    });
  });

  it('gets an answer for each message of a stream', async () => {
    const sent = Array.from({ length: 50 }, () => ({ data: 'AA==' }));
    expect(await call('Connect', ...sent)).toMatchObject({ messages: sent.map(() => ({})), error: null });
  });

  it.each([
    ['Fail', 'not_found', 'no “flow” for 100 %\n'],
    ['Bug', 'internal', 'the server failed here; its log says why'],
    ['Nope', 'unimplemented', 'there is no method /test.Test/Nope here'],
  ])('understands how %s fails', async (method, code, message) => {
    expect(await call(method, {})).toMatchObject({ messages: [], error: { code, message } });
  });

  it('sees what came before an error', async () => {
    const { messages, error } = await call('OneThenFail', {});
    expect(messages).toEqual([{ data: Buffer.alloc(20_000).toString('base64') }]);
    expect(error).toEqual({ code: 'not_found', message: 'no more' });
  });

  it('is who its certificate says', async () => {
    const url = `https://${secure.target}/test.Test/Who`;
    expect(await bufCurl({ schema: folder, url, messages: [{}], flags })).toMatchObject({ error: null });
    expect(secure.seen.peers).toEqual([['127.0.0.1', 'calico-node']]);
    const without = await bufCurl({ schema: folder, url, messages: [{}], flags: flags.slice(0, 2) });
    expect(without.messages).toEqual([]);
    expect(without.error).not.toBeNull();
    expect(secure.server.stats.tlsFailures).toBe(1);
  });
});
