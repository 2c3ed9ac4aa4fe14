import { frame, grpcClient } from '@vibrissa/protocol/grpc';
import type { IngestReply } from '@vibrissa/protocol/messages';
import { systemClock } from './clock.js';
import { updateBytes } from './goldmane/test-updates.js';
import { line, TestSocket, until } from './test-server.js';

/** What every record of a sender moves: enough to tell a lost one from a doubled one. */
export const RECORD = { bytesIn: 1_000, bytesOut: 2_000, packetsIn: 10, packetsOut: 8 } as const;

/** Records of one batch or update, all with one port. */
interface Batch {
  readonly port: number;
  readonly records: number;
  readonly body: string | Uint8Array;
}

/** How many records of each port were sent, and how many of them acknowledged. */
export class Account {
  readonly acknowledged = new Map<number, number>();
  /** Sent and not acknowledged: held once, or not at all, until they are sent again. */
  readonly open = new Map<number, number>();

  sent({ port, records }: Batch): void {
    this.open.set(port, (this.open.get(port) ?? 0) + records);
  }

  took({ port, records }: Batch): void {
    this.open.set(port, (this.open.get(port) ?? 0) - records);
    this.acknowledged.set(port, (this.acknowledged.get(port) ?? 0) + records);
  }
}

/** Sends until it is stopped or the server ends, and the next time first again what had no answer. */
export interface CrashSender {
  readonly account: Account;
  /** `port` is what the records of this run have. */
  run(url: string, port: number, stopped: AbortSignal): Promise<void>;
}

/** Begins of records: most are of now, some late by minutes or hours, some ahead of the clock. */
function beginOf(random: () => number): number {
  const now = systemClock.now();
  const kind = random();
  if (kind < 0.7) return now - Math.floor(random() * 2_000);
  if (kind < 0.85) return now - Math.floor(random() * 20_000);
  if (kind < 0.95) return now - Math.floor(random() * 7_200_000);
  return now + Math.floor(random() * 30_000);
}

function linesOf(port: number, count: number, random: () => number, aheadMs = 0): string {
  return Array.from({ length: count }, () =>
    line({ ...RECORD, port, start: beginOf(random) + aheadMs }),
  ).join('\n');
}

/** An agent on its socket, with a window of batches; its clock is off by `aheadMs`. */
export class AgentSender implements CrashSender {
  readonly account = new Account();
  readonly #name: string;
  readonly #random: () => number;
  readonly #aheadMs: number;
  /** Sent and not acknowledged, by number. */
  readonly #open = new Map<number, Batch>();
  #next = 1;

  constructor(name: string, random: () => number, aheadMs: number) {
    this.#name = name;
    this.#random = random;
    this.#aheadMs = aheadMs;
  }

  async run(url: string, port: number, stopped: AbortSignal): Promise<void> {
    const socket = await TestSocket.open<IngestReply>(`${url}/api/v1/agent`).catch(() => null);
    if (socket === null) return;
    const hasEnded = () => socket.closed !== null;
    socket.send({ type: 'hello', version: 1, agent: this.#name, stream: 's' });
    const welcome = () => socket.received.find((reply) => reply.type === 'welcome');
    await until(() => welcome() !== undefined || hasEnded(), 'welcome', 30_000);
    // What the server knows it has, though no ack came.
    for (const [sequence, batch] of [...this.#open]) {
      if (sequence <= (welcome()?.sequence ?? 0)) this.#took(sequence);
      else this.#send(socket, sequence, batch);
    }
    let read = 0;
    const readAcks = () => {
      for (; read < socket.received.length; read++) {
        const reply = socket.received[read];
        if (reply?.type === 'ack') this.#took(reply.sequence);
      }
    };
    while (!stopped.aborted && !hasEnded()) {
      readAcks();
      if (this.#open.size < 8) {
        const records = 1 + Math.floor(this.#random() * 20);
        const body = linesOf(port, records, this.#random, this.#aheadMs);
        const batch = { port, records, body };
        this.#open.set(this.#next, batch);
        this.account.sent(batch);
        this.#send(socket, this.#next++, batch);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (!hasEnded()) {
      await until(
        () => {
          readAcks();
          return this.#open.size === 0 || hasEnded();
        },
        'the last acks',
        30_000,
      );
    }
    socket.end();
  }

  #send(socket: TestSocket<IngestReply>, sequence: number, { body }: Batch): void {
    const sentAt = systemClock.now() + this.#aheadMs;
    socket.send(`${JSON.stringify({ type: 'batch', sequence, sentAt, dropped: 0 })}\n${body}`);
  }

  #took(sequence: number): void {
    const batch = this.#open.get(sequence);
    if (batch === undefined) return;
    this.#open.delete(sequence);
    this.account.took(batch);
  }
}

/** Sends over HTTP one request after the other, numbered. */
export class HttpSender implements CrashSender {
  readonly account = new Account();
  readonly #random: () => number;
  #open: Batch | null = null;
  #sequence = 1;

  constructor(random: () => number) {
    this.#random = random;
  }

  async run(url: string, port: number, stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted || this.#open !== null) {
      if (this.#open === null) {
        const records = 1 + Math.floor(this.#random() * 20);
        this.#open = { port, records, body: linesOf(port, records, this.#random) };
        this.account.sent(this.#open);
      }
      const reply = await fetch(`${url}/api/v1/flows`, {
        method: 'POST',
        body: String(this.#open.body),
        headers: {
          'content-type': 'application/x-ndjson',
          'x-vibrissa-agent': 'sender',
          'x-vibrissa-sequence': String(this.#sequence),
        },
      }).catch(() => null);
      if (reply === null) return;
      if (reply.status !== 200) {
        // It reads back what it had: the same again, a little later.
        await new Promise((resolve) => setTimeout(resolve, 20));
        continue;
      }
      this.account.took(this.#open);
      this.#open = null;
      this.#sequence++;
    }
  }
}

/**
 * Felix: one update, then its receipt, and after a break first again everything of the last minutes. Its updates differ
 * in their interval, by which the server knows a repeat.
 */
export class FelixSender implements CrashSender {
  readonly account = new Account();
  readonly #target: string;
  readonly #sent: Batch[] = [];
  #acknowledged = 0;
  #second = 0;
  #inSecond = 0;

  constructor(target: string) {
    this.#target = target;
  }

  async run(_url: string, port: number, stopped: AbortSignal): Promise<void> {
    const client = grpcClient({ target: this.#target, tls: null });
    const stream = client.stream('/goldmane.FlowCollector/Connect');
    // What was acknowledged long ago Felix does not send again.
    let at = Math.max(0, this.#acknowledged - 200);
    const next = () => {
      let batch = this.#sent[at];
      if (batch === undefined) {
        if (stopped.aborted) return stream.end();
        batch = this.#newBatch(port);
        this.#sent.push(batch);
        this.account.sent(batch);
      }
      stream.write(frame(batch.body as Uint8Array));
    };
    try {
      next();
      for await (const receipts of stream.batches) {
        for (const _receipt of receipts) {
          const batch = this.#sent[at];
          if (at === this.#acknowledged && batch !== undefined) {
            this.account.took(batch);
            this.#acknowledged++;
          }
          at++;
        }
        next();
      }
    } catch {
      // The server was killed, or reads back what it had: the next run sends again.
    } finally {
      client.close();
    }
  }

  #newBatch(port: number): Batch {
    const second = Math.floor(systemClock.now() / 1000);
    this.#inSecond = second === this.#second ? this.#inSecond + 1 : 0;
    this.#second = second;
    // Each pair of flow and second but once: the first of a second are of now, the others of the days before.
    const source = `web-${this.#inSecond % 50}`;
    const start = second - 7_000 * (Math.floor(this.#inSecond / 50) % 70);
    return { port, records: 1, body: updateBytes({ start, port, source, bytesIn: RECORD.bytesIn }) };
  }
}
