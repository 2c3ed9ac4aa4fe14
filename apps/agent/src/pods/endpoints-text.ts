import type { Service } from '@vibrissa/model';
import { canonicalIp } from '@vibrissa/protocol/node';
import { host, type Identity, workload } from './identity.js';

/** What a file of endpoints says. */
export interface Endpoints {
  readonly owners: readonly { readonly ip: string; readonly identity: Identity }[];
  readonly services: readonly { readonly ip: string; readonly protocol: string; readonly service: Service }[];
  /** The lines that were left out, and why. */
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 20;
const NAME = /^[\w.*-]{1,253}$/;
const LABEL = /^[\w./-]{1,317}=[\w.-]{0,63}$/;
const INTERFACE = /^[^\s/=]{1,15}$/;
const PORT = /^(\d{1,5})(?:\/([a-z]{1,8}))?(?::([\w-]{1,63}))?$/;

/**
 * Reads endpoints, one a line; `#` begins a comment:
 *
 * - `[namespace/]pod address [interface] [label=value …]` — a pod; one with an interface runs on this node
 * - `host name address [address …]` — a node
 * - `service namespace/name address port[/protocol][:port-name] …` — a service address
 */
export function readEndpoints(text: string): Endpoints {
  const owners: Endpoints['owners'][number][] = [];
  const services: Endpoints['services'][number][] = [];
  const problems: string[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const words = raw
      .replace(/(?:^|\s)#.*$/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (words.length === 0) continue;
    const [kind = '', ...rest] = words;
    const problem =
      kind === 'host' && rest.length > 1
        ? readHost(rest, owners)
        : kind === 'service' && rest.length > 1
          ? readService(rest, services)
          : readPod(words, owners);
    if (problem === null) continue;
    if (problems.length < MOST_PROBLEMS) problems.push(`line ${index + 1}: ${problem}`);
  }
  return { owners, services, problems };
}

function readPod(words: readonly string[], owners: Endpoints['owners'][number][]): string | null {
  const [title = '', address = '', ...rest] = words;
  const named = splitName(title);
  if (named === null) return `'${title}' is no [namespace/]name`;
  const ip = canonicalIp(address);
  if (ip === null)
    return `'${address}' is no IP address; write: [namespace/]pod address [interface] [label=value …]`;
  const labels: string[] = [];
  let isLocal = false;
  for (const [at, word] of rest.entries()) {
    if (LABEL.test(word)) labels.push(word);
    else if (at === 0 && INTERFACE.test(word)) isLocal = true;
    else return `'${word}' is neither an interface nor label=value`;
  }
  owners.push({ ip, identity: workload(...named, labels.length === 0 ? null : labels.sort(), isLocal) });
  return null;
}

function readHost(words: readonly string[], owners: Endpoints['owners'][number][]): string | null {
  const [name = '', ...addresses] = words;
  if (!NAME.test(name)) return `'${name}' is no name of a host`;
  for (const address of addresses) {
    const ip = canonicalIp(address);
    if (ip === null) return `'${address}' is no IP address; write: host name address …`;
    owners.push({ ip, identity: host(name, false) });
  }
  return null;
}

function readService(words: readonly string[], services: Endpoints['services'][number][]): string | null {
  const [title = '', address = '', ...ports] = words;
  const named = splitName(title);
  const ip = canonicalIp(address);
  if (named === null || named[0] === '') return `'${title}' is no namespace/name`;
  if (ip === null || ports.length === 0)
    return 'write: service namespace/name address port[/protocol][:port-name] …';
  for (const text of ports) {
    const [, port = '', protocol = 'tcp', portName = ''] = PORT.exec(text) ?? [];
    if (port === '' || Number(port) > 65_535) return `'${text}' is no port[/protocol][:port-name]`;
    services.push({
      ip,
      protocol,
      service: { namespace: named[0], name: named[1], portName, port: Number(port) },
    });
  }
  return null;
}

function splitName(title: string): readonly [namespace: string, name: string] | null {
  const slash = title.indexOf('/');
  const [namespace, name] = slash < 0 ? ['', title] : [title.slice(0, slash), title.slice(slash + 1)];
  return NAME.test(name) && (namespace === '' ? slash < 0 : NAME.test(namespace)) ? [namespace, name] : null;
}
