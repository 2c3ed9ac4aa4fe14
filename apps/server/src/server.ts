import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import type { Config } from './config.js';
import { type Context, createContext, type Overrides } from './context.js';
import { startDemo } from './demo.js';
import { flowsMethods } from './goldmane/flows-service.js';
import { type GoldmaneListener, startGoldmane } from './goldmane/grpc-server.js';
import { methodTable, unlessBusy } from './goldmane/services.js';
import { statisticsMethods } from './goldmane/statistics-service.js';
import { Followers } from './ingest/followers.js';
import type { UpstreamParts } from './ingest/upstream.js';
import { readSources, type SourceSettings, Upstreams } from './ingest/upstreams.js';
import { PolicySources } from './policies/policy-sources.js';
import { openSockets } from './sockets.js';

export interface RunningServer {
  readonly url: string;
  readonly context: Context;
  /** Goldmane's port; null where it is off. */
  readonly goldmane: GoldmaneListener | null;
  /** Resolves once what an earlier run left is read back, senders are let in, and the demo has told its past. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Builds and starts everything; `close` ends it in reverse. */
export async function startServer(
  config: Config,
  webRoot: string,
  overrides: Overrides = {},
): Promise<RunningServer> {
  const specs = readSources(sourceSettings(config));
  const context = createContext(config, overrides);
  const app = await createApp(context, webRoot);
  const sockets = openSockets(app.server, context);
  await app.listen({ host: config.host, port: config.port });
  const goldmane = await startGoldmane({ config, methods: goldmaneMethods(context), log: context.log });
  if (goldmane !== null) context.metrics.readGoldmanePort(goldmane.stats);
  const ending = new AbortController();
  const { clock, log, policies } = context;
  const policySources = new PolicySources(config, { policies, clock, log, random: Math.random });
  let upstreams: Upstreams | null = null;
  const parts = upstreamParts(context);
  const followers = new Followers(parts);
  context.restore.onReplay('hubble', followers.replayHubble);
  context.restore.onReplay('upstream', followers.replayGoldmane);
  const ready = begin(context, ending.signal, () => {
    upstreams = new Upstreams(sourceSettings(config), specs, followers, parts);
  });
  // Whoever waits for it hears of it; a server that nobody waits for must not end by it.
  ready.catch(() => {});
  const { port } = app.server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return {
    url: `http://${host}:${port}`,
    context,
    goldmane,
    ready,
    async close() {
      ending.abort();
      await ready.catch(() => {});
      await upstreams?.close();
      await policySources.close();
      await goldmane?.close();
      sockets.close();
      await app.close();
      await context.dispose();
    },
  };
}

/** What Goldmane's port serves. Nothing is let in, or told, before what an earlier run left is read back. */
function goldmaneMethods({ collector, restore, windows }: Context): ReturnType<typeof methodTable> {
  const methods = methodTable(collector.methods, flowsMethods(windows), statisticsMethods(windows));
  return unlessBusy(methods, () =>
    restore.progress === null
      ? null
      : 'the server reads back what it knew before its restart: try again shortly',
  );
}

/** What takes its time before the server is ready, and goes on until it ends. */
async function begin(context: Context, ending: AbortSignal, follow: () => void): Promise<void> {
  const hasPast = await context.restore.run(ending);
  if (!ending.aborted) {
    // Were flows handed over before, what is not read back yet would count as handed over.
    context.history.begin();
    follow();
  }
  // What was really seen is not mixed with a play.
  if (hasPast || ending.aborted) return;
  const demo = await startDemo(context, ending);
  ending.addEventListener('abort', () => demo.stop());
  if (ending.aborted) demo.stop();
}

function sourceSettings({ hubble, goldmaneUpstream, sourcesFile }: Config): SourceSettings {
  return { hubble, goldmane: goldmaneUpstream, file: sourcesFile };
}

function upstreamParts({ clock, log, accept, journal, sources, store }: Context): UpstreamParts {
  return {
    clock,
    log,
    accept,
    journal,
    sources,
    random: Math.random,
    heldSince: () => store.oldestHeld,
  };
}
