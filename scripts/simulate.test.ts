import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProblem, readRecord } from '@vibrissa/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendRotating } from './lib/log-file.mjs';
import { capture } from './lib/project.mjs';

/** Runs the simulator from source, so that this needs no build. */
function simulate(...args: string[]) {
  return capture(process.execPath, [
    '--conditions=source',
    '--import',
    'tsx',
    'scripts/simulate.mjs',
    ...args,
  ]);
}

function recordsIn(text: string) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => readRecord(line));
}

describe('npm run simulate', () => {
  it('tells the past of a scenario in our record format', async () => {
    const { code, output } = await simulate('--scenario=broken-rollout', '--past=20', '--for=0');
    expect(code).toBe(0);
    const records = recordsIn(output);
    expect(records.length).toBeGreaterThan(100);
    expect(records.filter(isProblem)).toEqual([]);
  });

  it('posts to a server', async () => {
    let received = '';
    const server = createServer((request, reply) => {
      expect(request.url).toBe('/api/v1/flows');
      expect(request.headers['content-type']).toBe('application/x-ndjson');
      request.setEncoding('utf8').on('data', (text: string) => {
        received += text;
      });
      request.on('end', () => reply.end('{}'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, output } = await simulate(`--to=http://127.0.0.1:${port}`, '--past=5', '--for=0');
    server.close();
    expect({ code, output }).toEqual({ code: 0, output: '' });
    expect(recordsIn(received).filter(isProblem)).toEqual([]);
  });

  it.each([
    ['--scenario=nothing', 'there is no scenario "nothing"'],
    ['--past=soon', '--past wants a number, not "soon"'],
  ])('refuses %s in words', async (flag, message) => {
    const { code, output } = await simulate(flag);
    expect(code).toBe(2);
    expect(output).toContain(message);
  });
});

describe('the simulated log file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vibrissa-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('grows, and is renamed before it grows too large', () => {
    const file = join(folder, 'flows.log');
    writeFileSync(`${file}.1`, 'older\n');
    appendRotating(file, 'one\n', 8);
    appendRotating(file, 'two\n', 8);
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    appendRotating(file, 'three\n', 8);
    expect(readFileSync(file, 'utf8')).toBe('three\n');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\ntwo\n');
  });
});
