import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture } from '../project.mjs';
import { step } from '../step.mjs';

/** Programs of the lab and Debian's packages that have them. */
const PROGRAMS = [
  ['iptables-restore', 'iptables'],
  ['conntrack', 'conntrack'],
  ['ulogd', 'ulogd2'],
  ['ip', 'iproute2'],
  ['sysctl', 'procps'],
  ['unshare', 'util-linux'],
  ['mount', 'mount'],
];
/** Of ulogd's JSON output, which has a package but no program. */
const JSON_PACKAGE = 'ulogd2-json';

const SPACES = ['-n', '-m', '-p', '--fork', '--kill-child', '--mount-proc'];

/**
 * Why the lab cannot run here, in words for whoever wants to run it, or null when it can. Installs what is
 * missing where Debian's apt is there.
 * @returns {Promise<string | null>}
 */
export async function whyNot() {
  if (process.platform !== 'linux') return `it needs Linux; this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'it needs root, for network namespaces and iptables: sudo npm run lab';
  // Asked before anything is installed for it: most containers may not, and keep what they have.
  if (has('unshare')) {
    const spaces = await capture('unshare', [...SPACES, 'true']);
    if (spaces.code !== 0) return notAllowed(spaces.output);
  }
  const missing = missingPackages();
  if (missing.length > 0) {
    const names = missing.join(' ');
    if (!has('apt-get')) return `it needs ${names}: install them with this system's package manager`;
    if (!(await step(`installing ${names}`, () => installPackages(missing)))) {
      return `it needs ${names}, which apt could not install: apt-get install ${names}`;
    }
  }
  const { code, output } = await capture('unshare', [...SPACES, 'sh', '-c', PROBE]);
  return code === 0 ? null : notAllowed(output);
}

/** @param {string} output of what was tried */
function notAllowed(output) {
  return `this kernel or container does not allow it: ${output.trim().split('\n').at(-1)}`;
}

/** What containers without privileges and small kernels do not have, each asked for once. */
const PROBE = [
  'mount -t tmpfs tmpfs /run',
  'ip link add lab0 type veth peer lab1',
  'iptables -t nat -A PREROUTING -d 192.0.2.1 -p tcp -j DNAT --to 192.0.2.2:80',
  'iptables -A FORWARD -m conntrack --ctstate NEW -m mark --mark 1 -m comment --comment lab -j NFLOG --nflog-group 1 --nflog-prefix lab',
  'iptables -t mangle -A FORWARD -j MARK --set-xmark 1',
  'iptables -t raw -A PREROUTING -j CT --notrack',
  'sysctl -q -w net.netfilter.nf_conntrack_acct=1 net.netfilter.nf_conntrack_timestamp=1',
  'conntrack -C > /dev/null',
  'cat /proc/net/netfilter/nfnetlink_log > /dev/null',
].join(' && ');

/** The command that runs a program in namespaces of its own, which die with it. @param {readonly string[]} command */
export function inOwnSpaces(command) {
  return { command: 'unshare', args: [...SPACES, ...command] };
}

function missingPackages() {
  const packages = PROGRAMS.flatMap(([program = '', name = '']) => (has(program) ? [] : [name]));
  // The output comes with ulogd where it is not a package of its own; Debian's is looked for by its list of files.
  const withJson =
    packages.includes('ulogd2') || (has('dpkg') && !hasFile(`/var/lib/dpkg/info/${JSON_PACKAGE}.list`));
  return withJson ? [...packages, JSON_PACKAGE] : packages;
}

/** @param {readonly string[]} names */
async function installPackages(names) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['-y', '--no-install-recommends', 'install', ...names];
  const first = await capture('apt-get', install, { env });
  if (first.code === 0) return first;
  await capture('apt-get', ['update'], { env });
  return capture('apt-get', install, { env });
}

/** @param {string} program */
function has(program) {
  const folders = `${process.env.PATH ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some((folder) => hasFile(join(folder, program)));
}

/** @param {string} path */
function hasFile(path) {
  try {
    accessSync(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
