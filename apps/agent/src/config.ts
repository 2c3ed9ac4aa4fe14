import { hostname } from 'node:os';
import { AgentError } from './errors.js';

type Env = Readonly<Record<string, string | undefined>>;

/** One setting: its variable, what it means and how its text is read. */
interface Setting<T> {
  readonly variable: string;
  readonly fallback: string;
  readonly help: string;
  readonly read: (text: string) => T;
}

function setting<T>(
  name: string,
  fallback: string,
  help: string,
  wanted: string,
  read: (text: string) => T | undefined,
): Setting<T> {
  const variable = `VIBRISSA_AGENT_${name}`;
  return {
    variable,
    fallback,
    help,
    read: (text) => {
      const value = read(text);
      if (value !== undefined) return value;
      throw new AgentError('bad-config', `${variable}=${JSON.stringify(text)}: wants ${wanted}`);
    },
  };
}

function whole(name: string, fallback: number, least: number, most: number, help: string): Setting<number> {
  return setting(name, String(fallback), help, `a whole number from ${least} to ${most}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
  });
}

function oneOf<T extends string>(name: string, fallback: T, words: readonly T[], help: string): Setting<T> {
  return setting<T>(name, fallback, help, `one of ${words.join(', ')}`, (text) =>
    words.find((word) => word === text),
  );
}

function filled(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** What the agent can follow. */
export const SOURCE_NAMES = ['file', 'packet-log', 'conntrack', 'hubble'] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];

/** Names with commas between them, each once. */
function sourceNames(text: string): readonly SourceName[] | undefined {
  const words = text.split(',').map((word) => word.trim());
  const names = SOURCE_NAMES.filter((name) => words.includes(name));
  return names.length === words.length ? names : undefined;
}

const SETTINGS = {
  server: setting(
    'SERVER',
    'ws://127.0.0.1:8081/api/v1/agent',
    'where to send records',
    'an address such as ws://server:8081/api/v1/agent',
    (text) => (/^wss?:\/\/[^/\s]+/.test(text) && URL.canParse(text) ? text : undefined),
  ),
  sources: setting(
    'SOURCE',
    'file',
    'what to follow: file, packet-log (packets that firewall rules logged), conntrack (the kernel’s connections), hubble (Cilium’s agent on this node); several with commas',
    `names from ${SOURCE_NAMES.join(', ')}, each once, with commas between`,
    sourceNames,
  ),
  file: setting(
    'FILE',
    '/var/log/calico/flowlogs/flows.log',
    'the file to follow: Calico flow logs, what Hubble exports, or NDJSON records; - reads standard input',
    'a path, or -',
    filled,
  ),
  hubble: setting(
    'HUBBLE',
    'unix:///var/run/cilium/hubble.sock',
    'where Cilium’s agent tells its flows',
    'unix:///path or host:port',
    (text) => (/^(unix:\/\/\/.+|[^\s/]+:\d{1,5})$/.test(text) ? text : undefined),
  ),
  packetLog: setting(
    'PACKET_LOG',
    'journald',
    'where logged packets are read: journald, kmsg, a file (kernel log or ulogd2 JSON), or - for standard input',
    'journald, kmsg, a path, or -',
    filled,
  ),
  packetPrefix: setting(
    'PACKET_PREFIX',
    'calico-packet',
    'what iptables puts before packets it logs; Felix’s own prefixes are always known',
    '1 to 63 characters',
    (text) => (text.length <= 63 ? filled(text.replace(/:?\s*$/, '')) : undefined),
  ),
  conntrack: oneOf<'events' | 'proc'>(
    'CONNTRACK',
    'events',
    ['events', 'proc'],
    'events runs the conntrack program; proc reads the kernel’s list each interval, and misses connections shorter than that',
  ),
  conntrackCommand: setting(
    'CONNTRACK_COMMAND',
    'conntrack',
    'the conntrack program',
    'a name or a path',
    filled,
  ),
  conntrackFile: setting(
    'CONNTRACK_FILE',
    '/proc/net/nf_conntrack',
    'the kernel’s list of connections',
    'a path',
    filled,
  ),
  conntrackListMs: whole(
    'CONNTRACK_LIST_MS',
    5_000,
    0,
    3_600_000,
    'least time between looks at the bytes of open connections, ms, more when there are many; 0 tells them at the end only',
  ),
  maxConnections: whole(
    'MAX_CONNECTIONS',
    262_144,
    1_024,
    4_194_304,
    'most connections kept in mind; past it their bytes are told at the end only',
  ),
  intervalMs: whole(
    'INTERVAL_MS',
    5_000,
    50,
    60_000,
    'how long packets and connections are summed up to flows before they are sent, ms',
  ),
  endpoints: setting(
    'ENDPOINTS',
    '',
    'file that tells whose an address is, one a line: [namespace/]pod address [interface] [label=value …]; host name address; service namespace/name address port[/protocol][:name]',
    'a path, or nothing',
    (text) => text,
  ),
  kubernetes: setting(
    'KUBERNETES',
    'auto',
    'whose an address is, from the Kubernetes API: auto (when run as a pod), in-cluster, off, or the path of a kubeconfig; --name is the node',
    'auto, in-cluster, off or a path',
    filled,
  ),
  podInterfaces: setting(
    'POD_INTERFACES',
    'cali',
    'how the names of interfaces to pods of this node begin',
    'at most 15 characters',
    (text) => (text.length <= 15 ? text : undefined),
  ),
  name: setting('NAME', hostname(), 'the node, as the page shows it', '1 to 253 characters', (text) =>
    text.length <= 253 ? filled(text) : undefined,
  ),
  spool: setting(
    'SPOOL',
    '/var/lib/vibrissa-agent',
    'folder that keeps what the server has not taken yet, and the place in the file',
    'a folder the agent can write to',
    filled,
  ),
  spoolBytes: whole(
    'SPOOL_BYTES',
    268_435_456,
    65_536,
    1_099_511_627_776,
    'most bytes in that folder; past it the oldest records go, and are counted',
  ),
  batchRecords: whole('BATCH_RECORDS', 500, 1, 10_000, 'most records sent at once'),
  batchMs: whole('BATCH_MS', 200, 1, 60_000, 'longest that a record waits for others, ms'),
  pollMs: whole(
    'POLL_MS',
    250,
    10,
    60_000,
    'how often the file is looked at when nothing announces a change, ms',
  ),
  stamp: oneOf(
    'STAMP',
    'record',
    ['record', 'now'],
    'record keeps the times of records; now sets them to the moment of reading, to replay an old sample',
  ),
  once: oneOf(
    'ONCE',
    'no',
    ['no', 'yes'],
    'yes (or --once) reads to the end, waits until the server has taken it, and stops; its spool is temporary unless one is named',
  ),
  healthHost: setting('HEALTH_HOST', '127.0.0.1', 'address of the health endpoint', 'an address', filled),
  healthPort: whole('HEALTH_PORT', 8082, 0, 65_535, 'port of /healthz and /metrics; 0 takes a free one'),
  logLevel: oneOf(
    'LOG_LEVEL',
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'how much is logged',
  ),
} satisfies Record<string, Setting<unknown>>;

type Values = { readonly [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['read']> };

export interface Config extends Omit<Values, 'once'> {
  readonly once: boolean;
  /** True when nobody named a spool for a single run, so that it begins and ends with the run. */
  readonly temporarySpool: boolean;
  /** What Kubernetes tells a pod of its API server. */
  readonly clusterEnv: Env;
}

/** Reads flags, then variables. Throws AgentError `bad-config` that names what is wrong. */
export function readConfig(env: Env, flags: readonly string[]): Config {
  const variables = { ...env, ...readFlags(flags) };
  const known = new Set(Object.values(SETTINGS).map(({ variable }) => variable));
  for (const [variable, text] of Object.entries(variables)) {
    if (variable.startsWith('VIBRISSA_AGENT_') && !known.has(variable)) {
      throw new AgentError(
        'bad-config',
        `${variable}=${JSON.stringify(text)}: there is no such setting; see --help`,
      );
    }
  }
  const read = Object.entries(SETTINGS).map(([name, { variable, fallback, read }]) => [
    name,
    read(variables[variable] ?? fallback),
  ]);
  // Each value comes from the setting of its name, which the compiler cannot follow through entries.
  const values = Object.fromEntries(read) as Values;
  const once = values.once === 'yes';
  return {
    ...values,
    once,
    temporarySpool: once && variables[SETTINGS.spool.variable] === undefined,
    clusterEnv: {
      KUBERNETES_SERVICE_HOST: env.KUBERNETES_SERVICE_HOST,
      KUBERNETES_SERVICE_PORT: env.KUBERNETES_SERVICE_PORT,
    },
  };
}

/** What the flags say, as variables: `--batch-ms=50` is VIBRISSA_AGENT_BATCH_MS=50, `--once` is …_ONCE=yes. */
function readFlags(flags: readonly string[]): Env {
  const variables: Record<string, string> = {};
  for (const flag of flags) {
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(flag);
    const name = match?.[1];
    const text = match?.[2] ?? (name === 'once' ? 'yes' : undefined);
    const variable = `VIBRISSA_AGENT_${name?.toUpperCase().replaceAll('-', '_')}`;
    const isKnown = Object.values(SETTINGS).some((known) => known.variable === variable);
    if (!isKnown || text === undefined) {
      throw new AgentError('bad-config', `${flag}: flags are --name=value with a name from --help`);
    }
    variables[variable] = text;
  }
  return variables;
}

/** The settings as `--help` shows them. */
export function helpText(): string {
  const lines = Object.values(SETTINGS).flatMap(({ variable, fallback, help }) => [
    `  ${flagOf(variable)}=…  ${variable}`,
    `      ${help} [${fallback}]`,
  ]);
  return [
    'vibrissa agent: follows what a node knows of its traffic and feeds a Vibrissa server',
    '',
    'Settings are flags or environment variables; flags win:',
    ...lines,
    '',
  ].join('\n');
}

function flagOf(variable: string): string {
  return `--${variable.slice('VIBRISSA_AGENT_'.length).toLowerCase().replaceAll('_', '-')}`;
}

/** The process's environment and flags: read here and nowhere else. */
export function environment(): { readonly env: Env; readonly flags: readonly string[] } {
  return { env: process.env, flags: process.argv.slice(2) };
}
