import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.js';

export interface Answer {
  readonly code: number;
  readonly printed: string;
  readonly complained: string;
}

/** A folder with files, and the command line run on them. */
export class Workplace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'vibrissa-cli-'));

  /** Writes a file and gives its path. */
  file(name: string, content: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, content);
    return path;
  }

  get folder(): string {
    return this.#folder;
  }

  async run(args: readonly string[], stdin = ''): Promise<Answer> {
    let [printed, complained] = ['', ''];
    const code = await run(args, {
      print: (text) => {
        printed += text;
      },
      complain: (text) => {
        complained += text;
      },
      stdin: (async function* () {
        yield stdin;
      })(),
    });
    return { code, printed, complained };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Only the frontend may reach the database. */
export const POLICIES = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { role: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { role: frontend } } }]
      ports: [{ port: 6379 }]
`;

const START = 1_770_000_000_000;

/** A report of a call to the database, as a line of NDJSON. */
export function call(from: string, action: 'allow' | 'deny', port = 6379): string {
  return JSON.stringify({
    start: START,
    end: START + 15_000,
    reporter: 'dst',
    action,
    source: { namespace: 'shop', name: `${from}-*` },
    dest: { namespace: 'shop', name: 'db-*' },
    port,
    protocol: 'tcp',
    enforced: [action === 'allow' ? '0|default|knp:shop/db|allow|0' : '0|default|knp:shop/db|deny|-1'],
    pending: [],
    sourceLabels: [`role=${from}`],
    destLabels: ['role=db'],
    packetsIn: 4,
    packetsOut: 4,
    bytesIn: 400,
    bytesOut: 900,
    connectionsStarted: 3,
  });
}
