import { readFile } from 'node:fs/promises';
import { type Clock, millis } from '@vibrissa/model';
import { AgentError } from '../errors.js';
import type { Logger } from '../logger.js';
import { FileChanges } from '../sources/file-changes.js';
import { AddressBook } from './address-book.js';
import { type Endpoints, readEndpoints } from './endpoints-text.js';

const MOST_BYTES = 67_108_864;
const LOOK_EVERY_MS = 1_000;

/**
 * The endpoints of a file, read again whenever it changes. Throws AgentError `bad-endpoints` when it cannot be
 * read at first; later the last good one stays.
 */
export async function followEndpoints(
  path: string,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<AddressBook> {
  const book = new AddressBook();
  let owners = new Map<string, string>();
  let text = await readText(path).catch((error: Error) => {
    throw new AgentError(
      'bad-endpoints',
      `VIBRISSA_AGENT_ENDPOINTS=${JSON.stringify(path)}: ${error.message}`,
    );
  });
  const fill = (isFirst: boolean) => {
    const endpoints = readEndpoints(text);
    for (const problem of endpoints.problems) log.warn({ path, problem }, 'an endpoint was left out');
    owners = apply(book, owners, endpoints, isFirst ? millis(0) : clock.now());
    log.info({ path, addresses: owners.size, services: endpoints.services.length }, 'endpoints read');
  };
  fill(true);
  const follow = async () => {
    const changes = new FileChanges(path, LOOK_EVERY_MS, signal);
    while (!signal.aborted) {
      await changes.next();
      const now = signal.aborted ? null : await readText(path).catch(() => null);
      // A file that is being replaced may be gone for a moment.
      if (now === null || now === text) continue;
      text = now;
      fill(false);
    }
    changes.close();
  };
  follow().catch((error: unknown) => log.error({ err: error, path }, 'endpoints are no longer read'));
  return book;
}

/** Puts what a file says now in the place of what it said; an address is owned by the name beside it. */
function apply(
  book: AddressBook,
  before: ReadonlyMap<string, string>,
  { owners, services }: Endpoints,
  at: ReturnType<Clock['now']>,
): Map<string, string> {
  const now = new Map<string, string>();
  for (const { ip, identity } of owners) {
    const { kind, namespace, name } = identity.endpoint;
    const owner = `${kind} ${namespace}/${name}`;
    now.set(ip, owner);
    book.take(ip, owner, identity, at);
  }
  for (const [ip, owner] of before) if (!now.has(ip)) book.release(ip, owner, at);
  book.clearServices();
  for (const { ip, protocol, service } of services) book.setService(ip, protocol, service);
  return now;
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.length > MOST_BYTES) throw new Error(`is larger than ${MOST_BYTES} bytes`);
  return bytes.toString('utf8');
}
