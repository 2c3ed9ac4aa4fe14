import type { Readable } from 'node:stream';
import type { Clock } from '@vibrissa/model';
import type { Config, SourceName } from '../config.js';
import type { Counts } from '../counts.js';
import { AgentError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { AddressBook } from '../pods/address-book.js';
import { followEndpoints } from '../pods/endpoints-file.js';
import { ownAddresses } from '../pods/own-addresses.js';
import { WhoHas } from '../pods/who-has.js';
import type { Spool } from '../spool.js';
import { calicoLog } from './calico-log.js';
import { conntrackSource } from './conntrack.js';
import type { Checkpoint, FlowSource, Piece } from './flow-source.js';
import { journal } from './journal.js';
import { bootTime, kernelMessages } from './kernel-messages.js';
import { packetLog } from './packet-log.js';
import { standardInput } from './standard-input.js';

/** What sources are made of. */
export interface SourceParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly input: Readable;
  readonly spool: Spool;
  readonly counts: Counts;
}

const KMSG = '/dev/kmsg';

/** The sources that the configuration names. Throws AgentError for what only a person can change. */
export async function openSources(parts: SourceParts, signal: AbortSignal): Promise<FlowSource[]> {
  const { config } = parts;
  const { sources } = config;
  if (
    sources.includes('file') &&
    sources.includes('packet-log') &&
    config.file === '-' &&
    config.packetLog === '-'
  )
    throw new AgentError(
      'bad-config',
      'VIBRISSA_AGENT_PACKET_LOG="-": standard input is read as VIBRISSA_AGENT_FILE already',
    );
  const namesPods = sources.some((name) => name !== 'file' && name !== 'hubble');
  const who = namesPods ? await whoHas(parts, signal) : new WhoHas([], '');
  return Promise.all(sources.map((name) => open(name, parts, who)));
}

async function open(name: SourceName, parts: SourceParts, who: WhoHas): Promise<FlowSource> {
  const { config, clock, log, counts, spool } = parts;
  const shared = { node: config.name, intervalMs: config.intervalMs, who, clock, log, counts };
  switch (name) {
    case 'file':
      return config.file === '-'
        ? input(parts)
        : followed(parts, config.file, undefined, () => spool.checkpoint);
    case 'packet-log': {
      const isKmsg = config.packetLog === 'kmsg';
      const bootedAt = isKmsg ? await bootTime(clock) : null;
      return packetLog({
        ...shared,
        raw: rawPackets(parts, bootedAt),
        prefix: config.packetPrefix,
        bootedAt,
        countsOnlyDenied: config.sources.includes('conntrack'),
      });
    }
    case 'conntrack':
      return conntrackSource({
        ...shared,
        mode: config.conntrack,
        command: config.conntrackCommand,
        file: config.conntrackFile,
        listMs: config.conntrackListMs,
        maxConnections: config.maxConnections,
        once: config.once,
      });
    case 'hubble': {
      // It brings the readers of protobuf, which the other sources need not carry.
      const { HUBBLE_PLACE, hubbleSource } = await import('./hubble.js');
      return hubbleSource({
        address: config.hubble,
        clock,
        log,
        counts,
        from: () => spool.checkpointOf(HUBBLE_PLACE),
      });
    }
  }
}

function rawPackets(parts: SourceParts, bootedAt: KernelTime): FlowSource {
  const { config, clock, log, counts, spool } = parts;
  const { packetLog: from, once, pollMs, batchRecords: maxLines } = config;
  if (from === '-') return input(parts);
  if (from === 'journald')
    return journal({ command: 'journalctl', once, maxLines, onOverlong: overlong(parts) });
  if (from !== 'kmsg') return followed(parts, from, 'packet-log', () => spool.checkpointOf('packet-log'));
  return kernelMessages({
    path: KMSG,
    once,
    from: once || bootedAt === null ? (bootedAt ?? clock.now()) : clock.now(),
    bootedAt: bootedAt ?? clock.now(),
    pollMs,
    maxLines,
    onOverrun: () => {
      counts.overruns++;
      log.warn('kernel messages were overwritten before they were read');
    },
  });
}

type KernelTime = Parameters<typeof packetLog>[0]['bootedAt'];

function input(parts: SourceParts): FlowSource {
  return standardInput(parts.input, parts.config.batchRecords, overlong(parts));
}

/** A file that is followed, from where an earlier run or an earlier try stopped. */
function followed(
  parts: SourceParts,
  path: string,
  source: string | undefined,
  from: () => Checkpoint | null,
): FlowSource {
  const { config, log } = parts;
  let last: Checkpoint | null = null;
  async function* pieces(signal: AbortSignal): AsyncGenerator<Piece> {
    const log_ = calicoLog({
      path,
      from: last ?? from(),
      once: config.once,
      pollMs: config.pollMs,
      maxLines: config.batchRecords,
      ...(source === undefined ? {} : { setting: 'VIBRISSA_AGENT_PACKET_LOG' }),
      onTrouble: (trouble, line) => {
        if (trouble === 'overlong-line') overlong(parts)(line);
        else
          log.warn(
            { line },
            'the file that was being read is gone; reading the one in its place from its start',
          );
      },
    });
    for await (const piece of log_.pieces(signal)) {
      const checkpoint =
        piece.checkpoint === null || source === undefined
          ? piece.checkpoint
          : { ...piece.checkpoint, source };
      last = checkpoint ?? last;
      yield { ...piece, checkpoint };
    }
  }
  return { name: path, pieces };
}

function overlong({ counts, log }: SourceParts): (line: number) => void {
  return (line) => {
    counts.overlong++;
    log.warn({ line }, 'a line is too long to be a record, and was left out');
  };
}

/** Everything that can tell whose an address is: the file first, as a person wrote it. */
async function whoHas({ config, clock, random, log }: SourceParts, signal: AbortSignal): Promise<WhoHas> {
  const books: AddressBook[] = [];
  if (config.endpoints !== '') books.push(await followEndpoints(config.endpoints, clock, log, signal));
  const isPod = (config.clusterEnv.KUBERNETES_SERVICE_HOST ?? '') !== '';
  if (config.kubernetes !== 'off' && (config.kubernetes !== 'auto' || isPod)) {
    // Loaded when it is wanted: it weighs ten megabytes, and the agent runs on every node.
    const { kubernetesBook } = await import('../pods/kubernetes-book.js');
    const book = await kubernetesBook(config, { clock, random, log }, signal);
    if (book !== null) books.push(book);
  }
  books.push(ownAddresses(config.name));
  if (books.length === 1)
    log.warn('addresses stay addresses: name pods with --endpoints=file or --kubernetes=kubeconfig');
  return new WhoHas(books, config.podInterfaces);
}
