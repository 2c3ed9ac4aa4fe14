import { countUsage, type Finding, lint, policyNameText } from '@vibrissa/policy';
import { oneOf, readOptions, required } from '../options.js';
import { readLines } from '../read-lines.js';
import { readPolicies } from '../read-policies.js';
import type { Command } from '../run.js';
import { EXIT, type Terminal } from '../terminal.js';

const HELP = `vibrissa policy lint -p <file, folder or -> … [-f <flows>] [--fail-on error|warning|hint] [--json]

Finds what is wrong with policies: a log behind a deny, rules that are never reached or hit, selectors that match
nothing, policies without effect, rules that allow everything.

  -p, --policies  YAML or JSON: policies, and namespaces, pods or workloads where they are at hand
  -f, --flows     flows as NDJSON: finds rules that nothing hit, too
      --fail-on   exit with 1 from this severity on; error unless said
      --json      one finding a line
`;

const SEVERITIES = ['error', 'warning', 'hint'] as const;

/** `vibrissa policy lint` */
export const lintCommand: Command = {
  name: 'lint',
  summary: 'finds what is wrong with policies',
  help: HELP,
  run: lintPolicies,
};

async function lintPolicies(args: readonly string[], terminal: Terminal): Promise<number> {
  const options = readOptions(args, {
    policies: { type: 'string', short: 'p', multiple: true },
    flows: { type: 'string', short: 'f', multiple: true },
    'fail-on': { type: 'string', default: 'error' },
    json: { type: 'boolean', default: false },
  });
  const paths = required(options.policies, 'policies', 'a file or folder with the policies to look at');
  const failOn = SEVERITIES.indexOf(oneOf(options['fail-on'], 'fail-on', SEVERITIES));
  const resources = await readPolicies(paths, terminal);
  const usage = countUsage();
  if (options.flows !== undefined) usage.add(await readLines(options.flows, terminal));
  const findings = lint(resources, options.flows === undefined ? null : usage.result());
  for (const finding of findings) {
    terminal.print(options.json ? `${JSON.stringify(finding)}\n` : findingText(finding));
  }
  if (findings.length === 0 && !options.json) {
    terminal.print(`Nothing to find fault with in ${resources.policies.length} policies.\n`);
  }
  const unreadable = resources.problems.some(({ severity }) => severity === 'error');
  const isFound = findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= failOn);
  return unreadable ? EXIT.failed : isFound ? EXIT.found : EXIT.ok;
}

function findingText({ severity, code, policy, rule, message, remedy }: Finding): string {
  const place = rule === null ? '' : ` ${rule.direction}[${rule.index}]`;
  return `${severity}: ${policyNameText(policy)}${place}: ${message} (${code})\n  ${remedy}\n`;
}
