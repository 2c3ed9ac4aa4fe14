import { PODS, SERVICES, UPLINK } from './cluster.mjs';
import { GUARDS } from './policies.mjs';

/**
 * Writes what `iptables-restore` reads: Felix' way of asking policies about a packet, kube-proxy's way of
 * turning a service's address into a pod's, and a chain that only counts.
 *
 * @typedef {import('./policies.mjs').Policy} Policy
 * @typedef {import('./policies.mjs').Action} Action
 * @typedef {'ingress' | 'egress'} Direction
 * @typedef {{ id: string, source: string, dest: string, protocol: 'tcp' | 'udp', port: number }} Count
 */

/** Felix logs what enters a workload to NFLOG group 1 and what leaves one to group 2. */
export const GROUPS = { ingress: 1, egress: 2 };

/** The comment of the rule that counts what none of the others does. */
export const UNFORESEEN = 'lab:unforeseen';

/** Bits of the packet's mark: a policy has accepted it, a tier has passed it on. */
const ACCEPTED = '0x10000/0x10000';
const PASSED = '0x20000/0x20000';
const NOT_PASSED = '-m mark --mark 0x0/0x20000';

const LETTERS = { allow: 'A', deny: 'D', pass: 'N', ingress: 'I', egress: 'E' };

/**
 * The whole rule set.
 * @param {readonly Count[]} counts whose traffic is counted, each way by a rule of its own
 */
export function ruleSet(counts) {
  return [...filterTable(), ...natTable(), ...mangleTable(counts), ...rawTable(), ''].join('\n');
}

/**
 * A log prefix of a rule: action, owner (policy), direction and rule, then the policy.
 * @param {Action} action
 * @param {Direction} direction
 * @param {number} index
 * @param {Policy} policy
 */
export function rulePrefix(action, direction, index, { id }) {
  return `${LETTERS[action]}P${LETTERS[direction]}${index}|${id}`;
}

/**
 * The log prefix of the deny that ends a tier in which policies selected the workload and none matched.
 * @param {Direction} direction
 * @param {string} tier
 */
export function endOfTierPrefix(direction, tier) {
  return `DP${LETTERS[direction]}|${tier}`;
}

/**
 * The log prefix of the allow of a namespace's profile, which decides where no policy selects the workload.
 * @param {Direction} direction
 * @param {string} namespace
 */
export function profilePrefix(direction, namespace) {
  return `AR${LETTERS[direction]}0|kns.${namespace}`;
}

function filterTable() {
  const chains = [];
  const rules = [
    '-A FORWARD -j cali-FORWARD',
    '-A cali-FORWARD -i cali+ -j cali-from-wl-dispatch',
    '-A cali-FORWARD -o cali+ -j cali-to-wl-dispatch',
    '-A cali-FORWARD -j ACCEPT',
  ];
  for (const pod of PODS) {
    for (const direction of /** @type {Direction[]} */ (['egress', 'ingress'])) {
      const [dispatch, flag, letters] =
        direction === 'egress' ? ['cali-from-wl-dispatch', '-i', 'fw'] : ['cali-to-wl-dispatch', '-o', 'tw'];
      const chain = `cali-${letters}-${pod.iface}`;
      chains.push(chain);
      rules.push(`-A ${dispatch} ${flag} ${pod.iface} -g ${chain}`);
      const guard = GUARDS.find((each) => each.pod === pod && each.direction === direction);
      const { ownChains, ownRules } = workloadChain(chain, pod.namespace, direction, guard?.policies ?? []);
      chains.push(...ownChains);
      rules.push(...ownRules);
    }
  }
  return table('filter', ['cali-FORWARD', 'cali-from-wl-dispatch', 'cali-to-wl-dispatch', ...chains], rules);
}

/**
 * What happens to a packet on its way into or out of one workload.
 * @param {string} chain
 * @param {string} namespace
 * @param {Direction} direction
 * @param {readonly Policy[]} policies in the order of their tiers
 */
function workloadChain(chain, namespace, direction, policies) {
  const group = GROUPS[direction];
  /** @type {string[]} */
  const ownChains = [];
  const ownRules = [
    `-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    `-A ${chain} -m conntrack --ctstate INVALID -j DROP`,
    `-A ${chain} -j MARK --set-xmark 0x0/0x10000`,
  ];
  for (const tier of new Set(policies.map((policy) => policy.tier))) {
    ownRules.push(`-A ${chain} -j MARK --set-xmark 0x0/0x20000`);
    for (const policy of policies.filter((each) => each.tier === tier)) {
      const policyChain = `${chain}-${ownChains.length}`;
      ownChains.push(policyChain);
      ownRules.push(
        `-A ${chain} ${NOT_PASSED} -j ${policyChain}`,
        `-A ${chain} -m mark --mark ${ACCEPTED} -j RETURN`,
        ...policyRules(policyChain, direction, policy),
      );
    }
    ownRules.push(
      `-A ${chain} ${NOT_PASSED} ${log(group, endOfTierPrefix(direction, tier))}`,
      `-A ${chain} ${NOT_PASSED} -j DROP`,
    );
  }
  ownRules.push(`-A ${chain} ${log(group, profilePrefix(direction, namespace))}`, `-A ${chain} -j RETURN`);
  return { ownChains, ownRules };
}

/**
 * @param {string} chain
 * @param {Direction} direction
 * @param {Policy} policy
 */
function policyRules(chain, direction, policy) {
  const group = GROUPS[direction];
  return policy.rules.flatMap(({ action, match }, index) => {
    const logging = log(group, rulePrefix(action, direction, index, policy));
    const matching = match === '' ? `-A ${chain}` : `-A ${chain} ${match}`;
    if (action === 'deny') return [`${matching} ${logging}`, `${matching} -j DROP`];
    const mark = action === 'allow' ? ACCEPTED : PASSED;
    const marked = `-A ${chain} -m mark --mark ${mark}`;
    return [`${matching} -j MARK --set-xmark ${mark}`, `${marked} ${logging}`, `${marked} -j RETURN`];
  });
}

/**
 * @param {number} group
 * @param {string} prefix
 */
function log(group, prefix) {
  return `-j NFLOG --nflog-group ${group} --nflog-prefix "${prefix}"`;
}

function natTable() {
  const services = SERVICES.flatMap(({ namespace, name, portName, ip, port, pod, targetPort }) =>
    pod === null
      ? []
      : `-A KUBE-SERVICES -d ${ip}/32 -p tcp -m tcp --dport ${port} ` +
        `-m comment --comment "${namespace}/${name}:${portName}" -j DNAT --to-destination ${pod.ip}:${targetPort}`,
  );
  return table(
    'nat',
    ['KUBE-SERVICES', 'cali-nat-outgoing'],
    [
      '-A PREROUTING -j KUBE-SERVICES',
      '-A POSTROUTING -j cali-nat-outgoing',
      ...services,
      // Calico's natOutgoing: to the world, a pod has its node's address.
      `-A cali-nat-outgoing -s 10.65.0.0/24 -o ${UPLINK.iface} -j MASQUERADE`,
    ],
  );
}

/**
 * Counts in mangle, which packets pass before any policy can drop them, and where service addresses are
 * already turned into pods' and pods' addresses are still their own.
 * @param {readonly Count[]} counts
 */
function mangleTable(counts) {
  const rules = counts.flatMap(({ id, source, dest, protocol, port }) => [
    `-A lab-count -s ${source}/32 -d ${dest}/32 -p ${protocol} -m ${protocol} --dport ${port} -m comment --comment "lab:sent:${id}" -j RETURN`,
    `-A lab-count -s ${dest}/32 -d ${source}/32 -p ${protocol} -m ${protocol} --sport ${port} -m comment --comment "lab:received:${id}" -j RETURN`,
  ]);
  return table(
    'mangle',
    ['lab-count'],
    ['-A FORWARD -j lab-count', ...rules, `-A lab-count -m comment --comment "${UNFORESEEN}" -j RETURN`],
  );
}

/** The agent's own connection to the server, which here is in the same namespace, is not the cluster's. */
function rawTable() {
  return table('raw', [], ['-A PREROUTING -i lo -j CT --notrack', '-A OUTPUT -o lo -j CT --notrack']);
}

/**
 * @param {string} name
 * @param {readonly string[]} chains
 * @param {readonly string[]} rules
 */
function table(name, chains, rules) {
  return [`*${name}`, ...chains.map((chain) => `:${chain} - [0:0]`), ...rules, 'COMMIT'];
}
