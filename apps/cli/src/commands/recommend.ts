import { learn } from '@vibrissa/policy';
import { oneOf, readOptions, required } from '../options.js';
import { readLines } from '../read-lines.js';
import { readPolicies } from '../read-policies.js';
import type { Command } from '../run.js';
import { EXIT, type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { endText, portText } from '../words.js';

const HELP = `vibrissa policy recommend -f <flows> … -n <namespace> [-w <workload>] [-p <cluster>]
                          [--dialect kubernetes|calico] [--tier <tier>] [--enforced] [--include-denied]

Writes the least policies that allow what was observed, as YAML for kubectl apply.

  -f, --flows           flows as NDJSON (.gz too, - for the standard input): an export of Vibrissa, a Calico flow log
                        or hubble observe -o json
  -n, --namespace       whose workloads the policies are for
  -w, --workload        only this one
  -p, --policies        YAML or JSON of namespaces, pods, services, where they are at hand: rules become firmer
      --dialect         calico unless said
      --tier            of Calico policies; default unless said
      --enforced        policies in force; they are staged unless said
      --include-denied  learns from denied connections, too
`;

/** `vibrissa policy recommend` */
export const recommendCommand: Command = {
  name: 'recommend',
  summary: 'writes the least policies that allow what was observed',
  help: HELP,
  run: recommend,
};

async function recommend(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args, {
    policies: { type: 'string', short: 'p', multiple: true, default: [] },
    flows: { type: 'string', short: 'f', multiple: true },
    namespace: { type: 'string', short: 'n' },
    workload: { type: 'string', short: 'w' },
    dialect: { type: 'string', default: 'calico' },
    tier: { type: 'string', default: 'default' },
    enforced: { type: 'boolean', default: false },
    'include-denied': { type: 'boolean', default: false },
  });
  const { namespace, workload = null, tier, enforced } = options;
  if (namespace === undefined)
    throw new UsageError('--namespace is missing: whose workloads are to be protected');
  const paths = required(options.flows, 'flows', 'a file of observed flows to learn from');
  const dialect = oneOf(options.dialect, 'dialect', ['kubernetes', 'calico']);
  const { cluster } = await readPolicies(options.policies, terminal);
  const lines = await readLines(paths, terminal);
  const now = lines.reduce((newest, { lastSeen }) => Math.max(newest, lastSeen), 0);
  const includeDenied = options['include-denied'];
  const learner = learn(
    { namespace, workload, dialect, tier, staged: !enforced, includeDenied, now },
    cluster,
  );
  learner.add(lines);
  const found = learner.result();
  terminal.print(
    found
      .map(({ yaml }) => yaml)
      .filter((yaml) => yaml !== '')
      .join('---\n'),
  );
  for (const { workload: name, notCovered, caveats } of found) {
    for (const caveat of caveats) terminal.complain(`${namespace}/${name}: ${caveat}\n`);
    for (const { source, dest, port, protocol, reason } of notCovered) {
      const what = `${endText(source)} → ${endText(dest)} ${portText(protocol, port)}`;
      terminal.complain(`${namespace}/${name}: not covered: ${what}: ${reason}\n`);
    }
  }
  if (found.length > 0) return EXIT.ok;
  terminal.complain(`nothing was observed of ${workload ?? 'any workload'} in ${namespace}\n`);
  return EXIT.found;
}
