import { posix } from 'node:path';

/**
 * Which way imports may run. Arrows point down only: packages, then inside the server and the page.
 * @typedef {{ path: string, source: import('./read-source.mjs').Source }} SourceFile
 */

/** What each workspace may import of the others. @type {Record<string, readonly string[]>} */
const ARROWS = {
  'packages/model': [],
  'packages/policy': ['@vibrissa/model'],
  'packages/protocol': ['@vibrissa/model'],
  'packages/store': ['@vibrissa/model'],
  'packages/simulator': ['@vibrissa/model', '@vibrissa/policy'],
  'apps/server': [
    '@vibrissa/model',
    '@vibrissa/policy',
    '@vibrissa/protocol',
    '@vibrissa/protocol/grpc',
    '@vibrissa/protocol/kubernetes',
    '@vibrissa/protocol/messages',
    '@vibrissa/store',
  ],
  'apps/agent': [
    '@vibrissa/model',
    '@vibrissa/protocol',
    '@vibrissa/protocol/grpc',
    '@vibrissa/protocol/kubernetes',
    '@vibrissa/protocol/messages',
    '@vibrissa/protocol/node',
  ],
  'apps/cli': ['@vibrissa/model', '@vibrissa/policy', '@vibrissa/protocol'],
  'apps/web': [
    '@vibrissa/model',
    '@vibrissa/policy',
    '@vibrissa/protocol/backoff',
    '@vibrissa/protocol/messages',
  ],
  e2e: ['@vibrissa/model', '@vibrissa/simulator'],
  bench: [
    '@vibrissa/model',
    '@vibrissa/policy',
    '@vibrissa/protocol',
    '@vibrissa/protocol/grpc',
    '@vibrissa/protocol/messages',
    '@vibrissa/simulator',
    '@vibrissa/store',
  ],
};

const TESTING = '@vibrissa/protocol/testing';
const SIMULATOR = '@vibrissa/simulator';
/** Folders of the server whose routes share nothing but these doors. */
const DOORS = [
  'ingest/accept-flows',
  'ingest/journal',
  'ingest/sources',
  'live/flow-hub',
  'live/live-flows',
  'policies/parse-files',
  'policies/policy-applier',
  'policies/reductions',
];

/**
 * Every import, look at the clock and look at the environment that the layout does not allow, as sentences.
 * @param {readonly SourceFile[]} files
 * @returns {string[]}
 */
export function offences(files) {
  return files.flatMap(({ path, source }) => {
    const workspace = workspaceOf(path);
    if (workspace === null) return [];
    const wrongImports = source.imports.flatMap(({ to, line }) => {
      const reason = whyNotImport(workspace, path, to);
      return reason === null ? [] : [`${path}:${line} imports ${to}: ${reason}`];
    });
    const wrongUses = source.uses.flatMap(({ what, line }) => {
      const reason = whyNotUse(workspace, path, what);
      return reason === null ? [] : [`${path}:${line} ${reason}`];
    });
    return [...wrongImports, ...wrongUses];
  });
}

/**
 * @param {string} workspace
 * @param {string} path
 * @param {string} to
 */
function whyNotImport(workspace, path, to) {
  if (to.startsWith('.')) return whyNotRelative(workspace, path, posix.join(posix.dirname(path), to));
  if (to.startsWith('@vibrissa/')) return whyNotWorkspace(workspace, path, to);
  if (workspace === 'packages/model' && !isTest(path)) return 'the model is pure and imports nothing';
  return null;
}

/**
 * @param {string} workspace
 * @param {string} path
 * @param {string} to
 */
function whyNotWorkspace(workspace, path, to) {
  const allowed = ARROWS[workspace] ?? [];
  if (allowed.includes(to)) return null;
  if (to === TESTING) {
    return isTest(path) || workspace === 'bench' ? null : 'only tests take what is made for tests';
  }
  if (to === SIMULATOR && workspace === 'apps/server') {
    return isDemo(path) ? null : 'only demo.ts of the server knows the simulator';
  }
  if (to === '@vibrissa/protocol' && allowed.includes('@vibrissa/protocol/messages')) {
    return 'the page takes @vibrissa/protocol/messages and /backoff only, never the converters';
  }
  const [, name = ''] = to.split('/');
  const inside = allowed.includes(`@vibrissa/${name}`);
  if (inside) return `@vibrissa/${name} is used through what its package.json exports`;
  return `${workspace} may import ${allowed.length === 0 ? 'no other workspace' : allowed.join(', ')}`;
}

/** @param {string} path */
function isDemo(path) {
  return /^apps\/server\/src\/demo(\.test)?\.ts$/.test(path);
}

/**
 * @param {string} workspace
 * @param {string} path
 * @param {string} target resolved, from the root of the repository
 */
function whyNotRelative(workspace, path, target) {
  const isTool = !workspace.includes('/') && target.startsWith('scripts/lib/');
  if (isTool) return null;
  if (!target.startsWith(`${workspace}/`)) return 'a relative path must not leave its workspace';
  const from = insideOf(workspace, path);
  const to = insideOf(workspace, target);
  if (workspace === 'apps/server' && !isTest(path)) return whyNotInServer(from, to);
  if (workspace === 'apps/web' && !isTest(path)) return whyNotInWeb(from, to);
  return null;
}

/**
 * main → server → app → routes and what helps them → context → parts (accept-flows, hubs, …) → what stands at the top
 * of src.
 * @param {string} from
 * @param {string} to
 */
function whyNotInServer(from, to) {
  const fromFolder = folderOf(from);
  const toFolder = folderOf(to);
  if (fromFolder !== '' && toFolder !== '' && fromFolder !== toFolder && !DOORS.includes(to)) {
    return `${fromFolder}/ and ${toFolder}/ do not know each other; they meet in ${DOORS.join(', ')}`;
  }
  const [above, below] = [serverLayer(from), serverLayer(to)];
  if (above > below) return `${SERVER_LAYERS[above]} must not import ${SERVER_LAYERS[below]}`;
  return null;
}

const SERVER_LAYERS = [
  'main.ts',
  'server.ts',
  'app.ts and sockets.ts',
  'a route',
  'the context',
  'a part',
  'what every part uses',
];

/** @param {string} name */
function serverLayer(name) {
  if (name === 'main') return 0;
  if (name === 'server') return 1;
  if (name === 'app' || name === 'sockets') return 2;
  if (folderOf(name) === 'api' || /-routes?$/.test(name)) return 3;
  if (name === 'context' || name === 'demo') return 4;
  return folderOf(name) === '' ? 6 : 5;
}

const WEB_LAYERS = ['main.tsx', 'the shell (App, routes, header)', 'a feature', 'view, live and api', 'ui'];

/**
 * main → App → features → view, live, api → ui; a feature never imports a feature.
 * @param {string} from
 * @param {string} to
 */
function whyNotInWeb(from, to) {
  const [above, below] = [webLayer(from), webLayer(to)];
  if (above > below) return `${WEB_LAYERS[above]} must not import ${WEB_LAYERS[below]}`;
  const [fromFeature, toFeature] = [featureOf(from), featureOf(to)];
  if (above === 2 && below === 2 && fromFeature !== toFeature) {
    return `the feature ${fromFeature} must not import the feature ${toFeature}; what both need moves down`;
  }
  return null;
}

/** @param {string} name */
function webLayer(name) {
  const folder = name.split('/')[0] ?? '';
  if (name === 'main') return 0;
  if (folder === 'features') return 2;
  if (['view', 'live', 'api'].includes(folder)) return 3;
  return folder === 'ui' ? 4 : 1;
}

/** @param {string} name */
function featureOf(name) {
  return name.split('/')[1] ?? '';
}

/**
 * @param {string} workspace
 * @param {string} path
 * @param {'clock' | 'environment'} what
 */
function whyNotUse(workspace, path, what) {
  if (isTest(path) || workspace === 'e2e' || workspace === 'bench') return null;
  const name = posix.basename(path);
  if (what === 'clock') {
    return /clock/i.test(name) ? null : 'asks the system what time it is: take a Clock (only clock files do)';
  }
  return /(^|\.)config\.ts$/.test(name)
    ? null
    : 'reads process.env: only config.ts does, and hands settings down';
}

/** @param {string} path */
function isTest(path) {
  return /\.(test|contract|setup)\.tsx?$/.test(path) || /\/(test-[^/]*|testing)\b/.test(path);
}

/** @param {string} path */
function workspaceOf(path) {
  return Object.keys(ARROWS).find((workspace) => path.startsWith(`${workspace}/`)) ?? null;
}

/**
 * The name of a file inside src, without its ending: `ingest/accept-flows`.
 * @param {string} workspace
 * @param {string} path
 */
function insideOf(workspace, path) {
  return path
    .slice(workspace.length + 1)
    .replace(/^src\//, '')
    .replace(/\.(js|tsx?|module\.css|css)$/, '');
}

/** @param {string} name */
function folderOf(name) {
  return name.includes('/') ? (name.split('/')[0] ?? '') : '';
}
