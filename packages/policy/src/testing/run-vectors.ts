import { type ConnectivityRow, checkConnectivity } from './connectivity-rows.js';
import {
  checkConversion,
  checkEntityRule,
  checkLabelSelector,
  checkPolicySelector,
  checkSimplifyPorts,
} from './conversion-rows.js';
import {
  checkPolicyOrder,
  checkProtocol,
  checkTierEngine,
  checkTierOrder,
  checkTypesDefault,
} from './engine-rows.js';
import { checkSelectorRow } from './selector-rows.js';
import { failed, type RowResult, skipped, Tally } from './tally.js';
import { checkFlowTrace, checkTruth } from './truth-rows.js';
import { checkWhatIf } from './what-if-rows.js';

/** A vector file's name and its parsed JSON. */
export interface VectorFile {
  readonly name: string;
  readonly content: unknown;
}

export interface FileTally {
  readonly name: string;
  readonly tally: Tally;
}

/**
 * Checks every row of the files: a list of rows each, or an object of such lists. Rows may name the cases of
 * `others` too.
 */
export function runVectors(
  files: readonly VectorFile[],
  others: readonly VectorFile[] = [],
): readonly FileTally[] {
  const cases = new Map<string, ConnectivityRow>();
  for (const { content } of [...others, ...files]) {
    for (const [, row] of rowsOf(content)) if (isConnectivity(row)) cases.set(row.name, row);
  }
  return files.map(({ name, content }) => {
    const tally = new Tally();
    for (const [label, row] of rowsOf(content)) checkRow(tally, label, row, cases);
    return { name, tally };
  });
}

type Row = Readonly<Record<string, unknown>>;

function* rowsOf(content: unknown): Generator<readonly [label: string, row: Row]> {
  const tables: readonly (readonly [string, unknown])[] = Array.isArray(content)
    ? [['', content]]
    : typeof content === 'object' && content !== null
      ? Object.entries(content)
      : [];
  for (const [table, rows] of tables) {
    if (!Array.isArray(rows)) continue;
    for (const [index, row] of rows.entries()) {
      if (typeof row !== 'object' || row === null) continue;
      // An object that came from JSON has text keys.
      const record = row as Row;
      const name = record.name ?? record.selector ?? '';
      yield [`${table === '' ? 'row' : table} ${index + 1} ${String(name)}`.trim(), record];
    }
  }
}

function isConnectivity(row: unknown): row is ConnectivityRow {
  return typeof row === 'object' && row !== null && 'peers' in row && 'resources' in row;
}

type Results = Iterable<readonly [part: string, RowResult]>;

/** What a row is about shows in the fields it has; their shapes are those that the vectors' notes give. */
const CHECKS: readonly (readonly [
  fields: readonly string[],
  check: (row: never, cases: ReadonlyMap<string, ConnectivityRow>) => RowResult | Results,
])[] = [
  [['before', 'after', 'expected'], checkWhatIf],
  [['peers', 'resources', 'expected'], checkConnectivity],
  [['flows', 'policies'], checkFlowTrace],
  [['checks', 'policies'], checkTruth],
  [['expectedSpec'], checkConversion],
  [['entityRule'], checkEntityRule],
  [['spec', 'effective'], checkPolicySelector],
  [['labelSelector'], checkLabelSelector],
  [['flowProtocol'], checkProtocol],
  [['tiers', 'enforced'], checkTierEngine],
  [['ingressRules', 'egressRules'], checkTypesDefault],
  [['input', 'output'], checkSimplifyPorts],
  [['selector'], checkSelectorRow],
];

function checkRow(tally: Tally, label: string, row: Row, cases: ReadonlyMap<string, ConnectivityRow>): void {
  const check = CHECKS.find(([fields]) => fields.every((field) => field in row))?.[1] ?? orderCheck(row);
  if (check === null) {
    tally.add(label, skipped('rows of this kind are not known'));
    return;
  }
  try {
    // The fields were looked at above.
    const result = check(row as never, cases);
    if ('kind' in result) tally.add(label, result);
    else for (const [part, one] of result) tally.add(`${label}: ${part}`, one);
  } catch (error) {
    tally.add(label, failed(error instanceof Error ? error.message : String(error)));
  }
}

/** Tiers are told from policies by what only tiers have. */
function orderCheck(row: Row): ((row: never) => RowResult) | null {
  if (!Array.isArray(row.input) || !Array.isArray(row.expected)) return null;
  const items: readonly unknown[] = row.input;
  const isTiers = items.every((item) => typeof item === 'object' && item !== null && 'valid' in item);
  return isTiers ? checkTierOrder : checkPolicyOrder;
}
