import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GET_FLOWS, OBSERVER_STATUS } from '@vibrissa/protocol';
import { flowMessage, TestStreams } from '@vibrissa/protocol/testing';
import { expect, it, onTestFinished } from 'vitest';
import { HandClock, testServer, until } from '../test-server.js';

const NOW = Date.UTC(2026, 5, 1, 12);

async function relay(): Promise<TestStreams> {
  const streams = await TestStreams.start(GET_FLOWS, [OBSERVER_STATUS]);
  onTestFinished(() => streams.stop());
  return streams;
}

it('follows a file of sources as it changes, and counts nothing twice where one has moved', async () => {
  const [first, second] = [await relay(), await relay()];
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sources.yaml');
  const list = (...entries: string[]) => writeFileSync(path, `sources: [${entries.join(', ')}]`);
  const at = (name: string, { address }: TestStreams) =>
    `{ name: ${name}, kind: hubble, address: "${address}" }`;
  list(at('east', first));
  const server = await testServer({ VIBRISSA_SOURCES: path }, new HandClock(NOW));
  onTestFinished(() => server.close());
  const { sources, accept } = server.context;
  await until(() => first.open === 1, 'the first relay to be followed');
  first.send(flowMessage(1, NOW), flowMessage(2, NOW));
  await until(() => sources.list()[0]?.records === 2, 'its events');

  list(at('east', second), at('west', first));
  second.backlog = () => [flowMessage(2, NOW), flowMessage(3, NOW)];
  await until(() => second.open === 1 && first.open === 1, 'both to be followed');
  expect(sources.list().map(({ name, target }) => [name, target])).toEqual([
    ['east', second.address],
    ['west', first.address],
  ]);
  await until(() => sources.list()[0]?.records === 1, 'the event that is new');
  expect(accept.rejected).toBe(0);

  list();
  await until(() => sources.list().length === 0, 'the end of both');
  await until(() => first.open + second.open === 0, 'the calls to end');
});
