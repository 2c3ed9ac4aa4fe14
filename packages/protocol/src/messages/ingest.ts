/** The version of the agents' protocol. */
export const INGEST_VERSION = 1;

/**
 * What an agent says on `GET /api/v1/agent`. Text frames. The first is a hello; each batch is one frame
 * whose first line is a BatchHeader and whose other lines are one record each (NDJSON).
 */
export interface AgentHello {
  readonly type: 'hello';
  readonly version: number;
  /** The node, as the header shows it; 1–253 characters. */
  readonly agent: string;
  /** Names the numbering: random, made with the spool, so that a new spool may count from 1 again. */
  readonly stream: string;
}

export interface BatchHeader {
  readonly type: 'batch';
  /** Counts up by one within a stream; a batch at or below the last accepted is a repeat and counts nothing. */
  readonly sequence: number;
  /** The agent's clock when it sent, ms since epoch: from it the server knows the skew. */
  readonly sentAt: number;
  /** Records the agent has had to drop since the stream began. */
  readonly dropped: number;
}

/** What the server says. */
export type IngestReply = Welcome | Ack | SlowDown | IngestError;

/** Answers the hello: batches up to `sequence` are known and need not come again. */
export interface Welcome {
  readonly type: 'welcome';
  readonly version: number;
  readonly sequence: number;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
}

export interface Ack {
  readonly type: 'ack';
  readonly sequence: number;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly errors: readonly LineError[];
}

/** Send nothing for this long; what was sent meanwhile is still taken. */
export interface SlowDown {
  readonly type: 'slow-down';
  readonly waitMs: number;
}

/** The connection is closed after it. `retry` says whether coming back unchanged can help. */
export interface IngestError {
  readonly type: 'error';
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
}

/** Why one line was not accepted, and what to do about it. Lines count from 1. */
export interface LineError {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly remedy: string;
}

/** The reply to `POST /api/v1/flows`. `errors` lists the first 100; `rejected` counts all. */
export interface IngestResult {
  readonly accepted: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly errors: readonly LineError[];
}
