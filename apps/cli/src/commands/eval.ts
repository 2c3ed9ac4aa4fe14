import { type Endpoint, type FlowGroup, type Labels, NO_EVIDENCE } from '@vibrissa/model';
import {
  type Engine,
  engineOf,
  explainConnection,
  explainEvaluation,
  type ObservedFlow,
  type ObservedPair,
  seenConnection,
  type Why,
} from '@vibrissa/policy';
import { readOptions, required } from '../options.js';
import { readLines } from '../read-lines.js';
import { readPolicies } from '../read-policies.js';
import type { Command } from '../run.js';
import { table } from '../table.js';
import { EXIT, type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { endText, portText } from '../words.js';

const HELP = `vibrissa policy eval -p <policies> … -f <flows> …   [--differing] [--json]
vibrissa policy eval -p <policies> … --from <end> --to <end> [--port <port>] [--protocol <protocol>] [--json]

Says what policies do with observed connections, or with one that you name, and why.

  -p, --policies   YAML or JSON: policies, and namespaces, pods, workloads and services
  -f, --flows      flows as NDJSON (.gz too): an export of Vibrissa, a Calico flow log or hubble observe -o json
      --differing  lists only those whose observed verdict is another
      --from, --to shop/frontend is a workload or a pod, 203.0.113.7 an address outside the cluster
      --from-labels, --to-labels  app=frontend,tier=web where no pod or workload is among the policies
      --port       at the destination's pod, which need not be the service's
      --protocol   tcp unless said
      --json       one answer a line
`;

/** `vibrissa policy eval` */
export const evalCommand: Command = {
  name: 'eval',
  summary: 'says what policies do with connections, and why',
  help: HELP,
  run: evaluateFiles,
};

async function evaluateFiles(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args, {
    policies: { type: 'string', short: 'p', multiple: true },
    flows: { type: 'string', short: 'f', multiple: true },
    differing: { type: 'boolean', default: false },
    from: { type: 'string' },
    to: { type: 'string' },
    'from-labels': { type: 'string' },
    'to-labels': { type: 'string' },
    port: { type: 'string', default: '0' },
    protocol: { type: 'string', default: 'tcp' },
    json: { type: 'boolean', default: false },
  });
  const paths = required(options.policies, 'policies', 'a file or folder with policies');
  const { from, to, flows } = options;
  if ((flows === undefined) === (from === undefined || to === undefined)) {
    throw new UsageError('give either --flows, or --from and --to');
  }
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`--port is a number up to 65535, not "${options.port}"`);
  }
  const engine = engineOf(await readPolicies(paths, terminal));
  if (flows !== undefined) {
    return evaluateLines(await readLines(flows, terminal), engine, options, terminal);
  }
  const asked: ObservedFlow = {
    key: { source: readEnd(from ?? ''), dest: readEnd(to ?? ''), port, protocol: options.protocol },
    sourceLabels: readLabels(options['from-labels'], 'from'),
    destLabels: readLabels(options['to-labels'], 'to'),
    evidence: NO_EVIDENCE,
  };
  const why = explainConnection(asked, engine);
  terminal.print(options.json ? `${JSON.stringify(answerOf(asked.key, why))}\n` : whyText(why));
  return why.evaluated === 'deny' ? EXIT.found : EXIT.ok;
}

/** `shop/frontend`, or an address. */
function readEnd(text: string): Endpoint {
  const [namespace = '', name] = text.split('/');
  if (name === undefined) return { kind: 'network', namespace: '', name: 'pub', address: text };
  return { kind: 'workload', namespace, name, address: '' };
}

/** `app=frontend,tier=web`; null is unknown. @throws UsageError */
function readLabels(text: string | undefined, end: string): Labels {
  if (text === undefined) return null;
  const labels = text.split(',').map((label) => label.trim());
  const wrong = labels.find((label) => !/^[^=]+=[^=]*$/.test(label));
  if (wrong !== undefined) throw new UsageError(`--${end}-labels is key=value,key=value, not "${wrong}"`);
  return labels.sort();
}

function evaluateLines(
  lines: readonly FlowGroup[],
  engine: Engine,
  { differing, json }: { readonly differing: boolean; readonly json: boolean },
  terminal: Terminal,
): number {
  const rows: string[][] = [];
  let others = 0;
  for (const line of [...lines].sort(byGravity)) {
    const seen = seenConnection(line);
    const why = explainEvaluation(seen, engine);
    const differs =
      why.evaluated !== 'unknown' && why.observed !== 'unknown' && why.evaluated !== why.observed;
    if (differs) others++;
    if (differing && !differs) continue;
    const { source, dest, port, protocol } = seen;
    if (json) terminal.print(`${JSON.stringify(answerOf(seen, why))}\n`);
    else
      rows.push([
        endText(source),
        endText(dest),
        portText(protocol, port),
        why.observed,
        why.evaluated,
        why.headline,
      ]);
  }
  if (!json) {
    if (rows.length > 0)
      terminal.print(table(['FROM', 'TO', 'PORT', 'OBSERVED', 'POLICIES SAY', 'WHY'], rows));
    terminal.print(
      `${lines.length} connections; of ${others} the policies say another verdict than was observed.\n`,
    );
  }
  return EXIT.ok;
}

/** Denied connections come first, then those that staged policies would deny. */
function byGravity(a: FlowGroup, b: FlowGroup): number {
  const gravity = ({ verdict, pending }: FlowGroup) => (verdict === 'deny' ? 0 : pending === 'deny' ? 1 : 2);
  return gravity(a) - gravity(b);
}

function answerOf({ source, dest, port, protocol }: ObservedPair, why: Why) {
  return { source, dest, port, protocol, ...why };
}

function whyText({ headline, sides, notes }: Why): string {
  const parts = [`${headline}\n`];
  for (const { title, verdict, tiers, profile, cannotTell } of sides) {
    parts.push(`\n${title}: ${verdict}\n`);
    for (const { tier, policies, end } of tiers) {
      for (const { policy, rules } of policies) {
        parts.push(`  ${tier} · ${policy.name}\n`);
        for (const { written, text, match } of rules)
          parts.push(`    ${MARKS[match]} rule ${written + 1} ${text}\n`);
      }
      if (end !== null) parts.push(`  ${tier} · ${end}\n`);
    }
    if (profile !== null) parts.push(`  ${profile}\n`);
    for (const missing of cannotTell) parts.push(`  cannot tell: ${missing}\n`);
  }
  for (const note of notes) parts.push(`\n${note}\n`);
  return parts.join('');
}

const MARKS = { yes: '✓', no: '·', maybe: '?' } as const;
