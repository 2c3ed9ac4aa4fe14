/**
 * What runs in a pod of the lab: listens and calls as the traffic script tells it over the IPC channel, and
 * says what came of it. Everything it does is bounded in number and time.
 *
 * @typedef {{ do: 'listen', protocol: 'tcp' | 'udp', port: number }} Listen
 * @typedef {{ do: 'call', host: string, port: number, send: number, receive: number, times: number }} Call
 *   one connection after the other; each sends and receives this many bytes
 * @typedef {{ do: 'knock', host: string, ports: readonly number[], times: number }} Knock
 *   opens connections and gives each up after a moment
 * @typedef {{ do: 'shower', host: string, port: number, bytes: number, times: number }} Shower datagrams
 * @typedef {{ do: 'open', host: string, port: number, send: number, receive: number }} Open
 * @typedef {{ do: 'close' }} Close the connection that `open` made
 * @typedef {Listen | Call | Knock | Shower | Open | Close} Order
 * @typedef {{ opened: number, refused: number, unanswered: number, sent: number, received: number }} Outcome
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Less than the second after which a SYN is sent again. */
const GIVE_UP_MS = 400;
const PATIENCE_MS = 10_000;
/** A request begins with how long it is and how long the reply shall be. */
const HEAD_BYTES = 8;

/** @type {import('node:net').Socket | null} */
let held = null;

process.on('message', async (/** @type {{ id: number, order: Order }} */ { id, order }) => {
  try {
    process.send?.({ id, outcome: await obey(order) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

/**
 * @param {Order} order
 * @returns {Promise<Outcome>}
 */
async function obey(order) {
  const outcome = { opened: 0, refused: 0, unanswered: 0, sent: 0, received: 0 };
  switch (order.do) {
    case 'listen':
      await (order.protocol === 'tcp' ? listenTcp(order.port) : listenUdp(order.port));
      break;
    case 'call':
      for (let at = 0; at < order.times; at++) {
        const socket = await exchange(order, outcome);
        await ended(socket);
      }
      break;
    case 'open':
      held = await exchange(order, outcome);
      break;
    case 'close':
      if (held !== null) await ended(held);
      held = null;
      break;
    case 'knock':
      for (let at = 0; at < order.times; at++) {
        await Promise.all(order.ports.map((port) => knock(order.host, port, outcome)));
      }
      break;
    case 'shower':
      await shower(order, outcome);
      break;
  }
  return outcome;
}

/** @param {number} port */
function listenTcp(port) {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let head = Buffer.alloc(0);
    let got = 0;
    let answered = false;
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('data', (chunk) => {
      got += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
      if (answered || head.length < HEAD_BYTES || got < head.readUInt32BE(0)) return;
      answered = true;
      socket.write(Buffer.alloc(head.readUInt32BE(4), 'v'));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(undefined));
  });
}

/** @param {number} port */
function listenUdp(port) {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, '0.0.0.0', () => resolve(undefined));
  });
}

/**
 * Opens a connection, sends the request and reads the whole reply.
 * @param {Call | Open} order
 * @param {Outcome} outcome
 * @returns {Promise<import('node:net').Socket>}
 */
function exchange({ host, port, send, receive }, outcome) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    let got = 0;
    const timer = setTimeout(() => fail(new Error(`${host}:${port} did not answer`)), PATIENCE_MS);
    /** @param {Error} error */
    function fail(error) {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    }
    socket.once('error', fail);
    socket.once('connect', () => {
      outcome.opened++;
      const request = Buffer.alloc(Math.max(send, HEAD_BYTES), 'q');
      request.writeUInt32BE(request.length, 0);
      request.writeUInt32BE(receive, 4);
      outcome.sent += request.length;
      socket.write(request);
    });
    socket.on('data', (chunk) => {
      got += chunk.length;
      outcome.received += chunk.length;
      if (got < receive) return;
      clearTimeout(timer);
      resolve(socket);
    });
  });
}

/** Ends a connection politely. @param {import('node:net').Socket} socket */
function ended(socket) {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.end();
  });
}

/**
 * @param {string} host
 * @param {number} port
 * @param {Outcome} outcome
 */
function knock(host, port, outcome) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    /** @param {'opened' | 'refused' | 'unanswered'} as */
    function done(as) {
      clearTimeout(timer);
      outcome[as]++;
      socket.destroy();
      resolve(undefined);
    }
    const timer = setTimeout(() => done('unanswered'), GIVE_UP_MS);
    socket.once('connect', () => done('opened'));
    socket.once('error', () => done('refused'));
  });
}

/**
 * @param {Shower} order
 * @param {Outcome} outcome
 */
async function shower({ host, port, bytes, times }, outcome) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.connect(port, host, () => resolve(undefined)));
  for (let at = 0; at < times; at++) {
    await new Promise((resolve, reject) => {
      socket.send(Buffer.alloc(bytes, 'x'), (error) => (error === null ? resolve(undefined) : reject(error)));
    });
    outcome.sent += bytes;
    // A shower, no flood: the log's buffer is not what is tested.
    await pause(2);
  }
  socket.close();
}
