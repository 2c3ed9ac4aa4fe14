import type { FlowGroup } from '@vibrissa/model';
import type { Connection } from './connection.js';
import type { Fix, JudgedFix } from './fix.js';
import type { VerdictChange } from './verdict-change.js';

/** A fix on trial, and what it was found to change. */
export interface FixTrial {
  readonly fix: Fix;
  add(line: FlowGroup, connection: Connection): void;
  readonly totals: JudgedFix['others'];
  examples(): readonly VerdictChange[];
}
