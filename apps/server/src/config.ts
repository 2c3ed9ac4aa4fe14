import type { SourceKind } from '@vibrissa/protocol/messages';
import { readSourceList, type SourceSpec } from './source-config.js';

/** One setting: its variable, what it means and how its text is read. */
interface Setting<T> {
  readonly variable: string;
  readonly fallback: string;
  readonly help: string;
  readonly read: (text: string) => T;
}

/** A variable that says something the server cannot work with. */
export class ConfigError extends Error {
  readonly code = 'bad-config';

  constructor(variable: string, text: string, wanted: string) {
    super(`${variable}=${JSON.stringify(text)}: wants ${wanted}`);
  }
}

function setting<T>(
  variable: string,
  fallback: string,
  help: string,
  wanted: string,
  read: (text: string) => T | undefined,
): Setting<T> {
  return {
    variable,
    fallback,
    help,
    read: (text) => {
      const value = read(text);
      if (value === undefined) throw new ConfigError(variable, text, wanted);
      return value;
    },
  };
}

function whole(
  variable: string,
  fallback: number,
  least: number,
  most: number,
  help: string,
): Setting<number> {
  return setting(variable, String(fallback), help, `a whole number from ${least} to ${most}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= least && value <= most ? value : undefined;
  });
}

function words(variable: string, help: string): Setting<readonly string[]> {
  return setting(variable, '', help, 'a list with commas', (text) =>
    text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()])),
  );
}

function file(variable: string, help: string): Setting<string> {
  return setting(variable, '', help, 'a path', (text) => text);
}

function sources(variable: string, kind: SourceKind, help: string): Setting<readonly SourceSpec[]> {
  const wanted =
    'host:port, [address]:port or unix:///path, each with a name= before it if need be, with commas';
  return setting(variable, '', help, wanted, (text) => readSourceList(text, kind));
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const PUBLIC_IN_WORDS = 'yes-without-authentication';

const SETTINGS = {
  host: setting(
    'VIBRISSA_HOST',
    '127.0.0.1',
    'address to listen on',
    'an address',
    (text) => text || undefined,
  ),
  port: whole('VIBRISSA_PORT', 8081, 0, 65_535, 'port to listen on; 0 takes a free one'),
  allowPublic: setting(
    'VIBRISSA_ALLOW_PUBLIC',
    'no',
    `anyone who reaches the server may read every flow: "${PUBLIC_IN_WORDS}" lets it listen beyond this machine`,
    `"no" or "${PUBLIC_IN_WORDS}"`,
    (text) => (text === PUBLIC_IN_WORDS ? true : text === 'no' ? false : undefined),
  ),
  hosts: words('VIBRISSA_HOSTS', 'names, besides this machine’s, under which browsers may reach the server'),
  cluster: setting(
    'VIBRISSA_CLUSTER',
    '',
    'name of the cluster, shown in the header',
    'text',
    (text) => text,
  ),
  demo: setting(
    'VIBRISSA_DEMO',
    'auto',
    'auto: a simulated cluster until the first real record; off; or the name of a scenario',
    'auto, off or the name of a scenario',
    (text) => text || undefined,
  ),
  data: setting(
    'VIBRISSA_DATA',
    './data',
    'folder that keeps what was taken in, so that a restart shows it again; off keeps it in memory alone',
    'a folder, or off',
    (text) => (text === '' ? undefined : text === 'off' ? null : text),
  ),
  journalBytes: whole(
    'VIBRISSA_JOURNAL_BYTES',
    2_147_483_648,
    1_048_576,
    1_099_511_627_776,
    'most bytes there of what is not yet in the history; past it the oldest go early',
  ),
  fsync: setting(
    'VIBRISSA_FSYNC',
    'batch',
    'when what was taken in is safe from a power cut, and acknowledged: batch (at once), every so many ms, or off (only from a crash)',
    'batch, off or a whole number of ms from 1 to 10000',
    (text) => {
      if (text === 'batch' || text === 'off') return text === 'off' ? null : 0;
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 10_000 ? Number(text) : undefined;
    },
  ),
  retention: setting(
    'VIBRISSA_RETENTION',
    '7d',
    'how long flows are kept: days (7d) or hours (36h)',
    'whole days or hours, from 1h to 3650d, such as 7d or 36h',
    (text) => {
      const [, count, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
      const ms = Number(count) * (unit === 'd' ? DAY_MS : HOUR_MS);
      return ms >= HOUR_MS && ms <= 3_650 * DAY_MS ? ms : undefined;
    },
  ),
  historyBytes: whole(
    'VIBRISSA_HISTORY_BYTES',
    10_737_418_240,
    67_108_864,
    1_125_899_906_842_624,
    'most bytes of history on disk; past it the oldest go early',
  ),
  historyMemoryBytes: whole(
    'VIBRISSA_HISTORY_MEMORY_BYTES',
    536_870_912,
    67_108_864,
    1_099_511_627_776,
    'most memory for reading and writing the history, bytes',
  ),
  exportFolder: file(
    'VIBRISSA_EXPORT',
    'folder that days are written to as Parquet files before they go for their age',
  ),
  goldmanePort: setting(
    'VIBRISSA_GOLDMANE_PORT',
    'off',
    'port for Felix and clients of Goldmane (its own is 7443); 0 takes a free one',
    'off or a whole number from 0 to 65535',
    (text) => {
      if (text === 'off') return null;
      return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
    },
  ),
  goldmaneHost: setting(
    'VIBRISSA_GOLDMANE_HOST',
    '127.0.0.1',
    'address to listen on there; beyond this machine it takes certificates',
    'an address',
    (text) => text || undefined,
  ),
  goldmaneCert: file(
    'VIBRISSA_GOLDMANE_CERT',
    'PEM file with the certificate shown there; read again when it changes',
  ),
  goldmaneKey: file('VIBRISSA_GOLDMANE_KEY', 'PEM file with its key'),
  goldmaneCa: file(
    'VIBRISSA_GOLDMANE_CA',
    'PEM file with who signs the certificates that clients must show there',
  ),
  goldmaneAllow: words(
    'VIBRISSA_GOLDMANE_ALLOW',
    'names in certificates that may connect there; none lets in all that the authority signed',
  ),
  hubble: sources(
    'VIBRISSA_HUBBLE',
    'hubble',
    'Hubble relays or agents to follow, without TLS: host:port, unix:///path or name=host:port, with commas',
  ),
  goldmaneUpstream: sources(
    'VIBRISSA_GOLDMANE_UPSTREAM',
    'goldmane',
    'Goldmanes to follow, without TLS, in the same form',
  ),
  sourcesFile: setting(
    'VIBRISSA_SOURCES',
    '',
    'YAML file that lists Hubbles and Goldmanes to follow, with certificates; it is read again when it changes',
    'a path',
    (text) => text,
  ),
  policies: setting(
    'VIBRISSA_POLICIES',
    '',
    'folder of YAML and JSON files with policies and what they depend on; followed as it changes',
    'a folder',
    (text) => text,
  ),
  kubernetes: setting(
    'VIBRISSA_KUBERNETES',
    'auto',
    'policies, pods and the like from the Kubernetes API: auto (in a pod), in-cluster, off, or the path of a kubeconfig',
    'auto, in-cluster, off or a path',
    (text) => text || undefined,
  ),
  bucketMs: whole('VIBRISSA_BUCKET_MS', 15_000, 1_000, 300_000, 'length of a bucket, ms'),
  buckets: whole('VIBRISSA_BUCKETS', 240, 4, 5_760, 'how many past buckets are held'),
  maxSlots: whole(
    'VIBRISSA_MAX_SLOTS',
    20_000_000,
    10_000,
    400_000_000,
    'most (flow, bucket) pairs held, about 80 bytes each; past it the oldest go early',
  ),
  learnMs: whole(
    'VIBRISSA_LEARN_MS',
    600_000,
    0,
    86_400_000,
    'how long destinations outside are learnt before an unknown one is new, ms',
  ),
  tickMs: whole('VIBRISSA_TICK_MS', 200, 20, 5_000, 'how often changes go to browsers, ms'),
  maxBodyBytes: whole(
    'VIBRISSA_MAX_BODY_BYTES',
    16_777_216,
    1_024,
    1_073_741_824,
    'largest request body as sent',
  ),
  maxUnpackedBytes: whole(
    'VIBRISSA_MAX_UNPACKED_BYTES',
    67_108_864,
    1_024,
    1_073_741_824,
    'largest request body once decompressed',
  ),
  maxBatchRecords: whole(
    'VIBRISSA_MAX_BATCH_RECORDS',
    10_000,
    1,
    1_000_000,
    'most records in a request or batch',
  ),
  maxAgents: whole('VIBRISSA_MAX_AGENTS', 2_000, 1, 100_000, 'most agents connected at once'),
  maxBrowsers: whole('VIBRISSA_MAX_BROWSERS', 500, 1, 10_000, 'most live connections from browsers'),
  queryMs: whole(
    'VIBRISSA_QUERY_MS',
    30_000,
    100,
    3_600_000,
    'how long a query of flows may take before it is ended, ms',
  ),
  logLevel: setting('VIBRISSA_LOG_LEVEL', 'info', LEVELS.join(', '), `one of ${LEVELS.join(', ')}`, (text) =>
    LEVELS.includes(text) ? text : undefined,
  ),
} satisfies Record<string, Setting<unknown>>;

export type Config = {
  readonly [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['read']>;
} & {
  /** What Kubernetes tells a pod of its API server. */
  readonly clusterEnv: Readonly<Record<string, string | undefined>>;
};

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** Reads the settings; throws ConfigError with the variable's name. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const read = Object.entries(SETTINGS).map(([name, { variable, fallback, read }]) => [
    name,
    read(env[variable] ?? fallback),
  ]);
  const config = {
    ...Object.fromEntries(read),
    clusterEnv: {
      KUBERNETES_SERVICE_HOST: env.KUBERNETES_SERVICE_HOST,
      KUBERNETES_SERVICE_PORT: env.KUBERNETES_SERVICE_PORT,
    },
  } as Config;
  if (!LOOPBACK.has(config.host) && !config.allowPublic) {
    throw new ConfigError(
      'VIBRISSA_HOST',
      config.host,
      `an address of this machine alone, or VIBRISSA_ALLOW_PUBLIC=${PUBLIC_IN_WORDS}`,
    );
  }
  if (config.retention < config.bucketMs * config.buckets) {
    throw new ConfigError(
      SETTINGS.retention.variable,
      `${config.retention / HOUR_MS}h`,
      'no less than what is held in memory: VIBRISSA_BUCKETS times VIBRISSA_BUCKET_MS',
    );
  }
  checkGoldmane(config);
  for (const variable of Object.keys(env)) {
    const known = Object.values(SETTINGS).some((setting) => setting.variable === variable);
    if (variable.startsWith('VIBRISSA_') && !variable.startsWith('VIBRISSA_AGENT_') && !known) {
      throw new ConfigError(variable, env[variable] ?? '', 'to be a setting that exists; see --help');
    }
  }
  return config;
}

/** Certificates are given whole, and a port open to others has them. */
function checkGoldmane(config: Config): void {
  const files = [SETTINGS.goldmaneCert, SETTINGS.goldmaneKey, SETTINGS.goldmaneCa];
  const paths = [config.goldmaneCert, config.goldmaneKey, config.goldmaneCa];
  const missing = files.find((_, i) => paths[i] === '');
  const none = paths.every((path) => path === '');
  if (missing !== undefined && !none) {
    throw new ConfigError(
      missing.variable,
      '',
      `a file: ${files.map((file) => file.variable).join(', ')} go together`,
    );
  }
  if (none && config.goldmaneAllow.length > 0) {
    throw new ConfigError(
      SETTINGS.goldmaneAllow.variable,
      config.goldmaneAllow.join(),
      `certificates to tell names by: ${SETTINGS.goldmaneCert.variable} and what goes with it`,
    );
  }
  if (none && !LOOPBACK.has(config.goldmaneHost) && !config.allowPublic) {
    throw new ConfigError(
      SETTINGS.goldmaneHost.variable,
      config.goldmaneHost,
      `an address of this machine alone, ${SETTINGS.goldmaneCert.variable} and what goes with it, or ` +
        `VIBRISSA_ALLOW_PUBLIC=${PUBLIC_IN_WORDS}`,
    );
  }
}

/** The settings as `--help` shows them. */
export function helpText(): string {
  const lines = Object.values(SETTINGS).map(
    ({ variable, fallback, help }) =>
      `  ${variable.padEnd(28)} ${help} [${fallback === '' ? 'none' : fallback}]`,
  );
  return ['vibrissa server', '', 'Settings come from the environment:', ...lines, ''].join('\n');
}

/** The process's environment: read here and nowhere else. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
