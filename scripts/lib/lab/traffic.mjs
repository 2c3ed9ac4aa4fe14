import { OUTSIDERS, PODS } from './cluster.mjs';
import { INTERNET } from './network.mjs';
import { startPod } from './pod-shell.mjs';
import { LabError } from './run.mjs';

/**
 * Plays the acts with a real process in each pod.
 * @typedef {import('./scenario.mjs').Act} Act
 * @typedef {import('./pod-shell.mjs').PodShell} PodShell
 * @typedef {{ play: (act: Act) => Promise<void>, letGo: () => Promise<void>, end: () => void }} Cast
 */

/**
 * Starts a process in every pod and in the internet, and has all destinations listen.
 * @param {readonly Act[]} acts
 * @returns {Promise<Cast>}
 */
export async function startCast(acts) {
  /** @type {Map<string, PodShell>} */
  const shells = new Map();
  const names = [...PODS.map(({ name }) => name), INTERNET];
  await Promise.all(names.map(async (name) => shells.set(name, await startPod(name))));

  /** @param {string} name */
  function shell(name) {
    const found = shells.get(name);
    if (found === undefined) throw new LabError('pod-failed', `there is no pod ${name}`);
    return found;
  }

  for (const { namespace, protocol, port } of destinations(acts)) {
    await shell(namespace).tell({ do: 'listen', protocol, port });
  }

  return {
    play: async (act) => {
      const outcome = await shell(act.source.name).tell(orderOf(act));
      complain(act, outcome);
    },
    letGo: async () => {
      for (const act of acts) {
        if (act.manner.way === 'hold') await shell(act.source.name).tell({ do: 'close' });
      }
    },
    end: () => {
      for (const each of shells.values()) each.end();
    },
  };
}

/**
 * Who listens where: also behind what is denied, so that a denial that fails is not mistaken for one that works.
 * @param {readonly Act[]} acts
 */
function destinations(acts) {
  const listeners = new Map();
  for (const { dest, via, ports, protocol } of acts) {
    if (via?.pod === null) continue;
    const namespace = OUTSIDERS.some((each) => each === dest) ? INTERNET : dest.name;
    for (const port of ports)
      listeners.set(`${namespace} ${protocol} ${port}`, { namespace, protocol, port });
  }
  return listeners.values();
}

/**
 * @param {Act} act
 * @returns {import('./pod-process.mjs').Order}
 */
function orderOf({ dest, via, ports, times, manner }) {
  const host = via?.ip ?? dest.ip;
  const [first = 0] = ports;
  const port = via?.port ?? first;
  const doors = via === null ? ports : [via.port];
  switch (manner.way) {
    case 'call':
      return { do: 'call', host, port, times, send: manner.send, receive: manner.receive };
    case 'hold':
      return { do: 'open', host, port, send: manner.send, receive: manner.receive };
    case 'knock':
      return { do: 'knock', host, ports: doors, times };
    case 'shower':
      return { do: 'shower', host, port, times, bytes: manner.bytes };
  }
}

/**
 * Throws when what the pod itself saw is not what the policies should have made of it.
 * @param {Act} act
 * @param {import('./pod-process.mjs').Outcome} outcome
 */
function complain({ story, ports, times, manner }, { opened, unanswered }) {
  if (manner.way === 'shower') return;
  const tries = ports.length * times;
  const [wanted, got] = manner.way === 'knock' ? ['unanswered', unanswered] : ['opened', opened];
  if (got === tries) return;
  throw new LabError('pod-failed', `${story}: ${tries} connections should be ${wanted}, ${got} are`);
}
