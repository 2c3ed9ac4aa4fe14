import { NONE, plus } from './counters.mjs';

/**
 * What the kernel's connection tracking accounted for, read from its own tool and not by our agent.
 * @typedef {import('./counters.mjs').Count} Count
 * @typedef {{ connections: number, sent: Count, received: Count }} Account
 */

const DESTROYED = /\[DESTROY\]\s+(tcp|udp)\s/;
const TUPLE = /src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) packets=(\d+) bytes=(\d+)/g;

/**
 * Sums the ends that `conntrack -E` tells by who called whom: `source>dest:port/protocol` in addresses, where the
 * destination is who answered, so behind a service's address its pod.
 * @param {string} text
 * @returns {Map<string, Account>}
 */
export function readAccounts(text) {
  /** @type {Map<string, Account>} */
  const accounts = new Map();
  for (const line of text.split('\n')) {
    const protocol = DESTROYED.exec(line)?.[1];
    const [there, back] = [...line.matchAll(TUPLE)];
    if (protocol === undefined || there === undefined || back === undefined) continue;
    const key = accountKey(String(there[1]), String(back[1]), Number(back[3]), protocol);
    const { connections, sent, received } = accounts.get(key) ?? {
      connections: 0,
      sent: NONE,
      received: NONE,
    };
    accounts.set(key, {
      connections: connections + 1,
      sent: plus(sent, { packets: Number(there[5]), bytes: Number(there[6]) }),
      received: plus(received, { packets: Number(back[5]), bytes: Number(back[6]) }),
    });
  }
  return accounts;
}

/**
 * @param {string} source
 * @param {string} dest
 * @param {number} port
 * @param {string} protocol
 */
export function accountKey(source, dest, port, protocol) {
  return `${source}>${dest}:${port}/${protocol}`;
}
