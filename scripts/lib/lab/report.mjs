import { holds } from './compare.mjs';

/**
 * What was done and what was seen, as text for a terminal.
 * @typedef {import('./compare.mjs').Check} Check
 */

/** @param {readonly Check[]} checks */
export function report(checks) {
  const stories = new Set(checks.map(({ act }) => act));
  const wrong = checks.filter((check) => !holds(check)).length;
  return [
    ...[...stories].flatMap((act) => [
      '',
      act === null ? 'All in all' : `${act.story} (${actText(act)})`,
      ...checks.filter((check) => check.act === act).map(checkText),
    ]),
    '',
    wrong === 0
      ? `${checks.length} checks, all hold`
      : `${checks.length} checks, ${wrong} of them do not hold`,
  ].join('\n');
}

/** @param {import('./scenario.mjs').Act} act */
function actText({ source, dest, via, protocol, ports, times }) {
  const [first = 0] = ports;
  const port = ports.length === 1 ? `port ${first}` : `${ports.length} ports`;
  const by = via === null ? '' : ` by ${via.ip}:${via.port}`;
  return `${source.name} to ${dest.name}${by}, ${protocol} ${port}, ${times} times`;
}

/** @param {Check} check */
function checkText(check) {
  const { what, expected, seen } = check;
  return holds(check)
    ? `  ok     ${what}: ${seen}`
    : `  WRONG  ${what}: ${expected} is right, ${seen} is seen`;
}
