/**
 * The lab's cluster: who lives in it, what is outside, and what the traffic script has them do.
 *
 * @typedef {{ namespace: string, name: string, workload: string, ip: string, iface: string }} Pod
 *   `workload` is the name that pods of one template share; `iface` the host's end of the pod's cable
 * @typedef {{ namespace: string, name: string, portName: string, ip: string, port: number, pod: Pod | null, targetPort: number }} Service
 *   `pod` is null for a service that has none ready
 * @typedef {{ name: string, ip: string }} Outsider
 */

/**
 * @param {string} namespace
 * @param {string} name
 * @param {string} workload
 * @param {number} last byte of its address
 * @returns {Pod}
 */
function pod(namespace, name, workload, last) {
  const hash = (last * 2_654_435_761 + 40_503).toString(16).slice(-11).padStart(11, '0');
  return { namespace, name, workload, ip: `10.65.0.${last}`, iface: `cali${hash}` };
}

export const FRONTEND = pod('shop', 'frontend-7d9f5c8b6d-x2k4p', 'frontend-7d9f5c8b6d-*', 2);
export const CHECKOUT = pod('shop', 'checkout-5c9b7d4f6-q8w7z', 'checkout-5c9b7d4f6-*', 3);
export const DB = pod('data', 'db-0', 'db-*', 4);
export const LOADGEN = pod('load', 'loadgen-6f8d9c7b5-m4n6t', 'loadgen-6f8d9c7b5-*', 5);
export const ATTACKER = pod('dev', 'attacker', 'attacker', 6);

export const PODS = [FRONTEND, CHECKOUT, DB, LOADGEN, ATTACKER];

/** @type {Service} */
export const CHECKOUT_SERVICE = {
  namespace: 'shop',
  name: 'checkout',
  portName: 'http',
  ip: '10.96.0.10',
  port: 80,
  pod: CHECKOUT,
  targetPort: 8080,
};

/** @type {Service} */
export const DB_SERVICE = {
  namespace: 'data',
  name: 'db',
  portName: 'postgres',
  ip: '10.96.0.20',
  port: 5432,
  pod: DB,
  targetPort: 5432,
};

/** @type {Service} */
export const LEDGER_SERVICE = {
  namespace: 'shop',
  name: 'ledger',
  portName: 'grpc',
  ip: '10.96.0.30',
  port: 9090,
  pod: null,
  targetPort: 9090,
};

export const SERVICES = [CHECKOUT_SERVICE, DB_SERVICE, LEDGER_SERVICE];

/** @type {Outsider} */
export const PAYMENTS = { name: 'payments', ip: '203.0.113.50' };
/** @type {Outsider} */
export const DROP_SITE = { name: 'drop-site', ip: '203.0.113.66' };

/** Addresses of one machine on the internet; documentation addresses, which no real network routes. */
export const OUTSIDERS = [PAYMENTS, DROP_SITE];

/** The link between the node and the internet. */
export const UPLINK = { iface: 'uplink0', node: '198.51.100.1', internet: '198.51.100.2' };

/** Where pods send what is not for themselves, and the address that answers for it on every pod's cable. */
export const GATEWAY = { ip: '169.254.1.1', mac: 'ee:ee:ee:ee:ee:ee' };
