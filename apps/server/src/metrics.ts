import type { GrpcStats } from '@vibrissa/protocol/grpc';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What a gauge reads when Prometheus asks. */
export interface Readings {
  readonly flows: () => number;
  readonly agents: () => number;
  readonly browsers: () => number;
  readonly evicted: () => number;
  readonly droppedByAgents: () => number;
  readonly sourcesDown: () => number;
  readonly lostUpstream: () => number;
  readonly duplicateUpdates: () => number;
  readonly repairedUpdates: () => number;
  readonly forgottenUpdates: () => number;
  readonly journalBytes: () => number;
  readonly journalSkipped: () => number;
  readonly journalDropped: () => number;
  readonly journalDamaged: () => number;
  readonly journalUnread: () => number;
  readonly historyBytes: () => number;
  readonly historyFreeBytes: () => number;
  readonly historyWritten: () => number;
  readonly historyDropped: () => number;
  readonly historyWaitingBytes: () => number;
  readonly historyFlushMs: () => number;
  readonly historyOldestSeconds: () => number;
  readonly historyFailed: () => number;
  readonly windowReaders: () => number;
  readonly windowsLost: () => number;
  readonly latePartsLost: () => number;
  readonly foldedDestinations: () => number;
  readonly policies: () => number;
  readonly policySourcesFailed: () => number;
  readonly policyProblems: () => number;
  readonly loopDelayMs: () => number;
}

interface Sum {
  total: number;
}

/** Everything worth counting, one function each. Labels are few and fixed: nothing from a flow becomes one. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #accepted = this.#counter('vibrissa_records_accepted_total', 'Records taken in.');
  readonly #rejected = this.#counter('vibrissa_records_rejected_total', 'Lines that were no records.');
  readonly #refused = this.#counter(
    'vibrissa_updates_refused_total',
    'Updates on the Goldmane port that were no flows.',
  );
  readonly #aside = this.#counter(
    'vibrissa_lines_aside_total',
    'Events of sources that told of no new flow: repeats, nodes, second events on a packet.',
  );
  readonly #tooOld = this.#counter('vibrissa_records_too_old_total', 'Records older than the server holds.');
  readonly #skipped = this.#counter(
    'vibrissa_live_updates_skipped_total',
    'Row updates that slow browsers did not get.',
  );

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  accepted(records: number): void {
    this.#accepted.total += records;
  }

  rejected(lines: number): void {
    this.#rejected.total += lines;
  }

  refused(updates: number): void {
    this.#refused.total += updates;
  }

  aside(lines: number): void {
    this.#aside.total += lines;
  }

  tooOld(records: number): void {
    this.#tooOld.total += records;
  }

  skipped(updates: number): void {
    this.#skipped.total += updates;
  }

  /** Registers what is read on demand. */
  read(readings: Readings): void {
    this.#gauge('vibrissa_flows', 'Distinct flows held.', readings.flows);
    this.#gauge('vibrissa_agents', 'Agents connected.', readings.agents);
    this.#gauge('vibrissa_browsers', 'Live connections from browsers.', readings.browsers);
    this.#gauge(
      'vibrissa_buckets_evicted',
      '(Flow, bucket) pairs that went early for want of memory.',
      readings.evicted,
    );
    this.#gauge('vibrissa_agent_dropped_records', 'Records agents had to drop.', readings.droppedByAgents);
    this.#gauge('vibrissa_sources_down', 'Sources that are not connected.', readings.sourcesDown);
    this.#gauge(
      'vibrissa_upstream_lost_records',
      'Records that sources lost before they could send them.',
      readings.lostUpstream,
    );
    this.#gauge(
      'vibrissa_updates_duplicate',
      'Updates on the Goldmane port that had come before.',
      readings.duplicateUpdates,
    );
    this.#gauge(
      'vibrissa_updates_repaired',
      'Updates on the Goldmane port that were taken although something about them was absurd.',
      readings.repairedUpdates,
    );
    this.#gauge(
      'vibrissa_updates_forgotten_early',
      'Updates on the Goldmane port that would count again if they came again.',
      readings.forgottenUpdates,
    );
    this.#gauge('vibrissa_journal_bytes', 'Bytes the journal holds.', readings.journalBytes);
    this.#gauge(
      'vibrissa_journal_skipped_batches',
      'Batches acknowledged that could not be written: a restart would lose them.',
      readings.journalSkipped,
    );
    this.#gauge(
      'vibrissa_journal_dropped_bytes',
      'Bytes of the journal that went early for want of room.',
      readings.journalDropped,
    );
    this.#gauge(
      'vibrissa_journal_damaged_files',
      'Files of the journal that were found damaged.',
      readings.journalDamaged,
    );
    this.#gauge(
      'vibrissa_journal_unread_batches',
      'Batches of the journal that could not be taken in again.',
      readings.journalUnread,
    );
    this.#gauge(
      'vibrissa_history_bytes',
      'Bytes the history holds on disk, free ones included.',
      readings.historyBytes,
    );
    this.#gauge('vibrissa_history_free_bytes', 'Of them, free for what comes.', readings.historyFreeBytes);
    this.#gauge(
      'vibrissa_history_rows_written',
      '(Flow, bucket) rows written to the history since the start.',
      readings.historyWritten,
    );
    this.#gauge(
      'vibrissa_history_rows_dropped',
      'Such rows dropped for want of memory while they could not be written.',
      readings.historyDropped,
    );
    this.#gauge(
      'vibrissa_history_waiting_bytes',
      'Bytes that wait to be written to the history.',
      readings.historyWaitingBytes,
    );
    this.#gauge(
      'vibrissa_history_flush_ms',
      'The slowest of the last hundred writes to the history, ms.',
      readings.historyFlushMs,
    );
    this.#gauge(
      'vibrissa_history_oldest_timestamp_seconds',
      'Start of the oldest bucket in the history, seconds since epoch; 0 when it is empty.',
      readings.historyOldestSeconds,
    );
    this.#gauge(
      'vibrissa_history_failed',
      '1 when the history cannot be used: its trouble says why.',
      readings.historyFailed,
    );
    this.#gauge(
      'vibrissa_goldmane_readers',
      'Readers that stream flows as from Goldmane or Whisker.',
      readings.windowReaders,
    );
    this.#gauge(
      'vibrissa_goldmane_reader_lost_buckets',
      'Buckets that such readers were too slow for.',
      readings.windowsLost,
    );
    this.#gauge(
      'vibrissa_goldmane_reader_lost_late',
      'Late records that such readers were too slow for.',
      readings.latePartsLost,
    );
    this.#gauge(
      'vibrissa_destinations_folded',
      'Records whose outside address was left out of the flow.',
      readings.foldedDestinations,
    );
    this.#gauge('vibrissa_policies', 'Policies known.', readings.policies);
    this.#gauge(
      'vibrissa_policy_sources_failed',
      'Folders and clusters that policies cannot be read from just now.',
      readings.policySourcesFailed,
    );
    this.#gauge(
      'vibrissa_policy_problems',
      'Objects and files among the policies that are not as they must be.',
      readings.policyProblems,
    );
    this.#gauge(
      'vibrissa_event_loop_delay_ms',
      'How late the event loop was lately, ms.',
      readings.loopDelayMs,
    );
  }

  /** Registers how Goldmane's port does: what it turned away, and what came in broken. */
  readGoldmanePort(stats: () => GrpcStats): void {
    const gauges: readonly (readonly [string, string, keyof GrpcStats])[] = [
      ['connections', 'Connections to the Goldmane port.', 'connectionsNow'],
      ['calls', 'Calls going on there.', 'callsNow'],
      ['calls_failed', 'Calls that ended with an error.', 'callsFailed'],
      ['messages', 'Messages that came in there.', 'messages'],
      ['messages_refused', 'Messages too long, malformed or cut off.', 'messagesRefused'],
      ['connections_refused', 'Connections turned away for being too many.', 'connectionsRefused'],
      ['connections_silent', 'Connections ended because they answered no ping.', 'connectionsSilent'],
      ['tls_failures', 'Connections whose TLS or certificate was refused.', 'tlsFailures'],
    ];
    for (const [name, help, stat] of gauges) {
      this.#gauge(`vibrissa_goldmane_port_${name}`, help, () => stats()[stat]);
    }
  }

  /** The metrics in Prometheus' text form. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counting is an addition; Prometheus gets the sum when it asks. */
  #counter(name: string, help: string): Sum {
    const sum: Sum = { total: 0 };
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(sum.total);
      },
    });
    return sum;
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
