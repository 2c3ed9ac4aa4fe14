import type { Action } from '@vibrissa/model';
import {
  ANY_PEER,
  type HttpMatch,
  type Icmp,
  type Peer,
  type PortMatch,
  type Rule,
  type ServiceAccountMatch,
  type ServiceName,
} from './policy.js';
import { readCidr, readSelector } from './read-parts.js';
import type { Value } from './read-value.js';

/** Stores of old hold other spellings, and Calico takes any case. */
const ACTIONS: Readonly<Record<string, Action>> = {
  allow: 'allow',
  deny: 'deny',
  pass: 'pass',
  'next-tier': 'pass',
  log: 'log',
};

/** A rule of a Calico policy or profile; null for one without an action that can be read. */
export function readCalicoRule(value: Value): Rule | null {
  value.only(
    ...['action', 'metadata', 'ipVersion', 'protocol', 'notProtocol', 'icmp', 'notICMP'],
    ...['source', 'destination', 'http'],
  );
  const actionValue = value.get('action');
  const action = ACTIONS[actionValue.needText('Allow, Deny, Log or Pass').toLowerCase()];
  if (action === undefined) {
    if (actionValue.present) actionValue.wrong('Allow, Deny, Log or Pass');
    return null;
  }
  const protocol = readProtocol(value.get('protocol'));
  const notProtocol = readProtocol(value.get('notProtocol'));
  const ipVersion = value.get('ipVersion').integer(4, 6);
  if (ipVersion === 5) value.get('ipVersion').wrong('4 or 6');
  const icmp = readIcmp(value.get('icmp'));
  const notIcmp = readIcmp(value.get('notICMP'));
  const http = readHttp(value.get('http'));
  const name = value.get('metadata').get('annotations').get('name').text();
  return {
    action,
    protocol,
    notProtocol,
    source: readEntity(value.get('source'), protocol),
    dest: readEntity(value.get('destination'), protocol),
    ...(ipVersion === 4 || ipVersion === 6 ? { ipVersion } : {}),
    ...(icmp === undefined ? {} : { icmp }),
    ...(notIcmp === undefined ? {} : { notIcmp }),
    ...(http === undefined ? {} : { http }),
    ...(name === undefined ? {} : { name }),
  };
}

function readProtocol(value: Value): string | null {
  const given = value.textOrNumber('a protocol by name or number');
  if (given === undefined) return null;
  if (typeof given === 'number') value.integer(1, 255);
  else if (!/^[A-Za-z0-9]+$/.test(given)) value.wrong('a protocol by name or number');
  return String(given).toLowerCase();
}

function readIcmp(value: Value): Icmp | undefined {
  value.only('type', 'code');
  if (!value.present) return undefined;
  const type = value.get('type').integer(0, 254);
  const code = value.get('code').integer(0, 255);
  if (type === undefined) {
    value.wrong('an ICMP type');
    return undefined;
  }
  return code === undefined ? { type } : { type, code };
}

function readHttp(value: Value): HttpMatch | undefined {
  value.only('methods', 'paths', 'headers');
  if (!value.present) return undefined;
  const paths = value
    .get('paths')
    .items()
    .flatMap((item): HttpMatch['paths'] => {
      const exact = item.get('exact').text();
      const prefix = item.get('prefix').text();
      if (exact !== undefined) return [{ exact }];
      return prefix === undefined ? [] : [{ prefix }];
    });
  return { methods: value.get('methods').texts(), paths };
}

const PLAIN = 'selector notSelector namespaceSelector nets notNets ports notPorts serviceAccounts services';

/** Which endpoints and addresses a side of a rule is about. */
function readEntity(value: Value, protocol: string | null): Peer {
  if (!value.present) return ANY_PEER;
  value.only(...PLAIN.split(' '));
  const nets = value.get('nets').items();
  const notNets = value.get('notNets').items();
  const serviceAccounts = readServiceAccounts(value.get('serviceAccounts'));
  const service = readService(value);
  const peer: Peer = {
    selector: readSelector(value.get('selector')),
    notSelector: readSelector(value.get('notSelector')),
    namespaceSelector: readSelector(value.get('namespaceSelector')),
    nets: nets.flatMap((net) => readCidr(net) ?? []),
    notNets: notNets.flatMap((net) => readCidr(net) ?? []),
    ports: value.get('ports').items().flatMap(readCalicoPort),
    notPorts: value.get('notPorts').items().flatMap(readCalicoPort),
    ...(serviceAccounts === undefined ? {} : { serviceAccounts }),
    ...(service === undefined ? {} : { service }),
  };
  if (peer.ports.length + peer.notPorts.length > 0 && protocol === null) {
    value.wrong('a protocol in the rule beside ports: TCP, UDP or SCTP');
  }
  return peer;
}

function readServiceAccounts(value: Value): ServiceAccountMatch | undefined {
  value.only('names', 'selector');
  if (!value.present) return undefined;
  return {
    names: value.get('names').texts('the name of a service account'),
    selector: readSelector(value.get('selector')),
  };
}

/** What a rule may not have beside a service, since the service says it. */
const NOT_WITH_SERVICE = [
  'selector',
  'notSelector',
  'nets',
  'notNets',
  'ports',
  'notPorts',
  'serviceAccounts',
];

function readService(entity: Value): ServiceName | undefined {
  const value = entity.get('services').only('name', 'namespace');
  if (!value.present) return undefined;
  for (const key of NOT_WITH_SERVICE) {
    if (entity.get(key).present) entity.get(key).wrong(`no ${key} beside services`);
  }
  const name = value.get('name').needText('the name of a service');
  return { name, namespace: value.get('namespace').text() ?? '' };
}

const RANGE = /^(\d{1,5}):(\d{1,5})$/;

/** A number, `first:last` or the name of a port. */
export function readCalicoPort(value: Value): readonly PortMatch[] {
  const what = 'a port: a number, a range such as 8000:9000, or a name';
  const given = value.textOrNumber(what);
  if (given === undefined) return [];
  const text = String(given);
  const range = RANGE.exec(text);
  const [from, to] = range === null ? [text, text] : [range[1], range[2]];
  if (range === null && !/^-?\d/.test(text)) {
    if (/^[a-zA-Z0-9_.-]{1,128}$/.test(text)) return [{ name: text }];
  } else {
    const port = { from: Number(from), to: Number(to) };
    const whole = Number.isInteger(port.from) && Number.isInteger(port.to);
    if (whole && port.from >= 0 && port.from <= port.to && port.to <= 65_535) return [port];
  }
  value.wrong(what);
  return [];
}
