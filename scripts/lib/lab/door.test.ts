import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openDoor, openHouse } from './door.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vibrissa-door-'));
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers) close();
  rmSync(folder, { recursive: true, force: true });
});

it('brings the page out through a socket in the file system', async () => {
  const server = createServer((_request, reply) => reply.end('the page'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = server.address() as AddressInfo;
  const door = await openDoor(join(folder, 'page.sock'), port);
  const house = await openHouse(join(folder, 'page.sock'));
  closers.push(() => server.close(), door.close, house.close);
  const reply = await fetch(house.url, { headers: { connection: 'close' } });
  expect(await reply.text()).toBe('the page');
});
