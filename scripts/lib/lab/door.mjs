import { connect, createServer } from 'node:net';

/**
 * A way from this machine to the page of the lab, whose network is its own: namespaces of the network still
 * share the file system, and with it sockets that have a path there.
 */

/**
 * Inside the lab: hands what comes through the socket at `path` to the server.
 * @param {string} path
 * @param {number} port of the server
 */
export async function openDoor(path, port) {
  const door = createServer((outer) => join(outer, connect(port, '127.0.0.1')));
  await listening(door, { path });
  return { close: () => door.close() };
}

/**
 * On the machine: hands what comes to a free port to the socket at `path`.
 * @param {string} path
 */
export async function openHouse(path) {
  const house = createServer((outer) => join(outer, connect(path)));
  await listening(house, { port: 0, host: '127.0.0.1' });
  const address = house.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, close: () => house.close() };
}

/**
 * @param {import('node:net').Server} server
 * @param {import('node:net').ListenOptions} where
 */
function listening(server, where) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => resolve(undefined));
  });
}

/**
 * @param {import('node:net').Socket} a
 * @param {import('node:net').Socket} b
 */
function join(a, b) {
  a.pipe(b).pipe(a);
  a.on('error', () => b.destroy());
  b.on('error', () => a.destroy());
}
