import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import {
  ENDPOINT_KINDS,
  type EndpointKind,
  type PolicyHit,
  type PolicyTrace,
  type Service,
} from '@vibrissa/model';
import { restOf } from '../key-rest.js';
import { endpointText, labelsText, serviceText, traceText } from '../name-texts.js';
import { HistoryError } from './history-error.js';
import { HistoryKeys } from './history-keys.js';
import { bytes, floats, shorts, texts, words } from './read-columns.js';

/** Reads everything that is named by a number into memory. */
export async function loadKeys(connection: DuckDBConnection): Promise<HistoryKeys> {
  const keys = new HistoryKeys();
  await each(connection, 'id, kind, namespace, name, address FROM history.endpoints', (chunk) => {
    const [ids, kinds] = [words(chunk, 0), bytes(chunk, 1)];
    const [namespaces, names, addresses] = [texts(chunk, 2), texts(chunk, 3), texts(chunk, 4)];
    for (let row = 0; row < ids.length; row++) {
      const endpoint = {
        kind: kindAt(kinds[row] as number),
        namespace: namespaces[row] as string,
        name: names[row] as string,
        address: addresses[row] as string,
      };
      keys.endpoints.put(ids[row] as number, endpointText(endpoint), endpoint);
    }
  });
  await each(connection, 'id, name FROM history.protocols', (chunk) => {
    const ids = words(chunk, 0);
    for (const [row, name] of texts(chunk, 1).entries()) keys.protocols.put(ids[row] as number, name, name);
  });
  await each(connection, 'id, value FROM history.texts', (chunk) => {
    const ids = words(chunk, 0);
    for (const [row, text] of texts(chunk, 1).entries()) keys.texts.put(ids[row] as number, text, text);
  });
  await each(connection, 'id, namespace, name, port_name, port FROM history.services', (chunk) => {
    const [ids, ports] = [words(chunk, 0), shorts(chunk, 4)];
    const [namespaces, names, portNames] = [texts(chunk, 1), texts(chunk, 2), texts(chunk, 3)];
    for (let row = 0; row < ids.length; row++) {
      const service: Service = {
        namespace: namespaces[row] as string,
        name: names[row] as string,
        portName: portNames[row] as string,
        port: ports[row] as number,
      };
      keys.services.put(ids[row] as number, serviceText(service), service);
    }
  });
  await each(connection, 'id, enforced, pending FROM history.traces', (chunk) => {
    const ids = words(chunk, 0);
    const [enforced, pending] = [texts(chunk, 1), texts(chunk, 2)];
    for (let row = 0; row < ids.length; row++) {
      const trace: PolicyTrace = Object.freeze({
        enforced: hitsOf(enforced[row] as string),
        pending: hitsOf(pending[row] as string),
      });
      keys.traces.put(ids[row] as number, traceText(trace), trace);
    }
  });
  await each(connection, 'id, labels FROM history.label_sets', (chunk) => {
    const ids = words(chunk, 0);
    for (const [row, text] of texts(chunk, 1).entries()) {
      const labels = labelsOf(text);
      keys.labelSets.put(ids[row] as number, labelsText(labels), labels);
    }
  });
  await loadTuples(connection, keys);
  return keys;
}

async function loadTuples(connection: DuckDBConnection, keys: HistoryKeys): Promise<void> {
  const tuple = new Uint32Array(6);
  const columns =
    'id, source, dest, service, trace, protocol, port, reporter, verdict, connection, first_seen';
  await each(connection, `${columns} FROM history.keys ORDER BY id`, (chunk) => {
    const parts = [words(chunk, 1), words(chunk, 2), words(chunk, 3), words(chunk, 4), words(chunk, 5)];
    const [ids, ports, connections] = [words(chunk, 0), shorts(chunk, 6), words(chunk, 9)];
    const [reporters, verdicts, firstSeen] = [bytes(chunk, 7), bytes(chunk, 8), floats(chunk, 10)];
    for (let row = 0; row < ids.length; row++) {
      for (const [at, part] of parts.entries()) tuple[at] = part[row] as number;
      tuple[5] = restOf(ports[row] as number, reporters[row] as number, verdicts[row] as number);
      keys.loadKey(ids[row] as number, tuple, connections[row] as number, firstSeen[row] as number);
    }
  });
  const triple = new Uint32Array(3);
  await each(connection, 'id, key, source_labels, dest_labels FROM history.series ORDER BY id', (chunk) => {
    const [ids, ...parts] = [words(chunk, 0), words(chunk, 1), words(chunk, 2), words(chunk, 3)];
    for (let row = 0; row < ids.length; row++) {
      for (const [at, part] of parts.entries()) triple[at] = part[row] as number;
      keys.series.put(ids[row] as number, triple);
    }
  });
}

/** Streams what is selected; a chunk at a time, so that nothing else waits long. */
async function each(
  connection: DuckDBConnection,
  selected: string,
  visit: (chunk: DuckDBDataChunk) => void,
): Promise<void> {
  const result = await connection.stream(`SELECT ${selected}`);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    visit(chunk);
  }
}

function kindAt(place: number): EndpointKind {
  const kind = ENDPOINT_KINDS[place];
  if (kind === undefined) throw damaged(`an endpoint is of kind ${place}`);
  return kind;
}

/** What this program wrote itself; shapes are checked as far as reading them needs. */
function hitsOf(text: string): readonly PolicyHit[] {
  const value: unknown = JSON.parse(text);
  if (
    !Array.isArray(value) ||
    !value.every((hit) => typeof hit === 'object' && hit !== null && 'action' in hit)
  )
    throw damaged('a policy trace cannot be read');
  // Written by JSON.stringify from this very type, in a file whose blocks have checksums.
  return Object.freeze(value as PolicyHit[]);
}

function labelsOf(text: string): readonly string[] {
  const value: unknown = JSON.parse(text);
  if (!Array.isArray(value) || !value.every((label) => typeof label === 'string'))
    throw damaged('a label set cannot be read');
  return value;
}

function damaged(what: string): HistoryError {
  return new HistoryError(
    'history-corrupt',
    `the history is damaged (${what}); put a backup in its place, move it away, or set VIBRISSA_DATA to another folder`,
  );
}
