import {
  GrpcError,
  type GrpcEvent,
  type GrpcStats,
  GrpcStatus,
  grpcServer,
  type Method,
  type Peer,
} from '@vibrissa/protocol/grpc';
import type { Config } from '../config.js';
import type { Logger } from '../logger.js';
import { loadTls, type TlsPaths, TlsWatch } from './tls-files.js';

/** How often certificate files are looked at, ms. */
const LOOK_MS = 5_000;

/** Goldmane's answers and updates are at most this large, bytes: what its own clients take. */
const MESSAGE_BYTES = 4 * 1024 * 1024;

export interface GoldmaneListener {
  readonly host: string;
  readonly port: number;
  stats(): GrpcStats;
  /** Looks at the certificate files now. */
  lookAtTls(): Promise<void>;
  close(): Promise<void>;
}

export interface GoldmaneOptions {
  readonly config: Config;
  readonly methods: ReadonlyMap<string, Method>;
  readonly log: Logger;
}

/** Listens on Goldmane's port; null where it is off. Throws TlsFilesError, and Node's error for a port that is taken. */
export async function startGoldmane({
  config,
  methods,
  log,
}: GoldmaneOptions): Promise<GoldmaneListener | null> {
  const { goldmanePort, goldmaneHost: host, goldmaneAllow, maxAgents } = config;
  if (goldmanePort === null) return null;
  const paths = tlsPaths(config);
  const loaded = paths === null ? null : await loadTls(paths);
  const server = grpcServer({
    methods,
    limits: { messageBytes: MESSAGE_BYTES, connections: maxAgents },
    tls: loaded?.tls ?? null,
    refuse: (peer) => refusal(peer, goldmaneAllow),
    log: (event, detail) => tell(log, event, detail),
  });
  const port = await server.listen(host, goldmanePort);
  if (loaded === null)
    log.warn({ host, port }, 'Goldmane’s port is open in plaintext: anyone who reaches it may report');
  else
    log.info({ host, port, validTo: loaded.validTo }, 'Goldmane’s port is open to clients with certificates');

  const watch =
    paths === null || loaded === null
      ? null
      : new TlsWatch(paths, loaded.tls, {
          changed({ tls, validTo }) {
            server.setTls(tls);
            log.info({ validTo }, 'certificates of Goldmane’s port were exchanged');
          },
          refused: ({ message }) =>
            log.error({ why: message }, 'new certificates are of no use: the old ones stay'),
        });
  watch?.start(LOOK_MS);
  return {
    host,
    port,
    stats: () => server.stats,
    lookAtTls: async () => watch?.look(),
    async close() {
      watch?.stop();
      await server.close();
    },
  };
}

/** The files named in the settings, which has all of them or none. */
function tlsPaths({ goldmaneCert, goldmaneKey, goldmaneCa }: Config): TlsPaths | null {
  return goldmaneCert === '' ? null : { cert: goldmaneCert, key: goldmaneKey, ca: goldmaneCa };
}

/** Any certificate of the authority will do, unless names are listed. */
function refusal({ certificateNames }: Peer, allowed: readonly string[]): GrpcError | null {
  if (allowed.length === 0 || certificateNames.some((name) => allowed.includes(name))) return null;
  const names = certificateNames.join(', ') || 'no name';
  return new GrpcError(
    GrpcStatus.permissionDenied,
    `your certificate (${names}) is none of those in VIBRISSA_GOLDMANE_ALLOW`,
  );
}

function tell(log: Logger, event: GrpcEvent, { error, ...detail }: Readonly<Record<string, unknown>>): void {
  const fields = { event, ...detail, ...(error === undefined ? {} : { err: error }) };
  const text = 'Goldmane’s port';
  if (event === 'handler-failed') log.error(fields, text);
  else if (event === 'connection-error') log.debug(fields, text);
  else log.warn(fields, text);
}
