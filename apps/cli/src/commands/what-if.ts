import {
  CHANGE_DIRECTIONS,
  type PolicyEdit,
  resourceEdits,
  type VerdictChange,
  type WhatIfAnswer,
  whatIf,
} from '@vibrissa/policy';
import { oneOf, readOptions, readPolicyName, required } from '../options.js';
import { readLines } from '../read-lines.js';
import { readPolicies } from '../read-policies.js';
import type { Command } from '../run.js';
import { table } from '../table.js';
import { EXIT, type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { bytesText, endText, portText, timeText } from '../words.js';

const HELP = `vibrissa policy what-if -p <policies> … -f <flows> … [-c <changed policies>] [--remove <policy>]
                        [--enforce <staged policy>] [--fail-on newly-denied|newly-allowed|uncertain] [--json]

Says which observed connections would be denied, or allowed, if policies were changed.

  -p, --policies  YAML or JSON: the policies as they are, and namespaces, pods and services where they are at hand
  -f, --flows     flows as NDJSON (.gz too): an export of Vibrissa, a Calico flow log or hubble observe -o json
  -c, --change    YAML or JSON of policies, tiers and network sets to add or to put in place of those by their name
      --remove    a policy to take away: NetworkPolicy/shop/allow-cart, GlobalNetworkPolicy/default-deny
      --enforce   a staged policy to put into force: StagedNetworkPolicy/shop/lockdown
      --fail-on   exit with 1 when there are such; may be given several times
      --most      connections that are listed; 200 unless said
      --json      the whole answer as JSON
`;

/** `vibrissa policy what-if` */
export const whatIfCommand: Command = {
  name: 'what-if',
  summary: 'says what a change of policies would do to observed flows',
  help: HELP,
  run: askWhatIf,
};

async function askWhatIf(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args, {
    policies: { type: 'string', short: 'p', multiple: true },
    flows: { type: 'string', short: 'f', multiple: true },
    change: { type: 'string', short: 'c', multiple: true, default: [] },
    remove: { type: 'string', multiple: true, default: [] },
    enforce: { type: 'string', multiple: true, default: [] },
    'fail-on': { type: 'string', multiple: true, default: [] },
    most: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  });
  const paths = required(options.policies, 'policies', 'a file or folder with the policies as they are');
  const flows = required(options.flows, 'flows', 'a file of observed flows');
  const failOn = options['fail-on'].map((word) => oneOf(word, 'fail-on', CHANGE_DIRECTIONS));
  const most = Number(options.most);
  if (!Number.isSafeInteger(most) || most < 0)
    throw new UsageError(`--most is a number, not "${options.most}"`);
  const changed = await readPolicies(options.change, terminal);
  if (changed.problems.some(({ severity }) => severity === 'error')) {
    throw new UsageError('the change could not be read as a whole, so nothing is said of it');
  }
  const edits = [
    ...resourceEdits(changed),
    ...options.remove.map((name): PolicyEdit => ({ op: 'remove', policy: readPolicyName(name) })),
    ...options.enforce.map((name): PolicyEdit => ({ op: 'enforce', policy: readPolicyName(name) })),
  ];
  if (edits.length === 0) throw new UsageError('nothing is changed: give --change, --remove or --enforce');
  const rulebook = await readPolicies(paths, terminal);
  const asked = whatIf({ rulebook, edits, most });
  asked.add(await readLines(flows, terminal));
  const answer = asked.result();
  terminal.print(options.json ? `${JSON.stringify(answer, null, 2)}\n` : answerText(answer));
  return failOn.some((direction) => answer.totals[direction].lines > 0) ? EXIT.found : EXIT.ok;
}

function answerText({ lines, totals, changes, isCut, disagreeing, traces }: WhatIfAnswer): string {
  const sums = CHANGE_DIRECTIONS.map(
    (direction) => `${totals[direction].lines} ${direction.replace('-', ' ')}`,
  );
  const parts = [`${lines} observed connections: ${sums.join(', ')}.\n`];
  for (const direction of CHANGE_DIRECTIONS) {
    const own = changes.filter((change) => change.direction === direction);
    if (own.length > 0) parts.push(`\n${direction.replace('-', ' ').toUpperCase()}\n${changesTable(own)}`);
  }
  if (isCut) parts.push('There are more than are listed; raise --most.\n');
  if (disagreeing > 0) {
    parts.push(
      `\n${disagreeing} were seen with another verdict than these policies give: they are older, or a fact is missing.\n`,
    );
  }
  if (traces !== null) {
    const { agreeing, differing } = traces;
    parts.push(`\nThe data plane's own pending traces agree on ${agreeing} and differ on ${differing}.\n`);
  }
  return parts.join('');
}

function changesTable(changes: readonly VerdictChange[]): string {
  const head = ['FROM', 'TO', 'PORT', 'VERDICT', 'CONNECTIONS', 'BYTES', 'LAST SEEN', 'WHY'];
  const rows = changes.map(
    ({ source, dest, port, protocol, before, after, connections, bytes, lastSeen, reason }) => [
      endText(source),
      endText(dest),
      portText(protocol, port),
      `${before} → ${after}`,
      String(connections),
      bytesText(bytes),
      timeText(lastSeen),
      reason,
    ],
  );
  return table(head, rows);
}
