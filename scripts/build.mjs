/** `npm run build`: builds what is stale; `npm run build -- server page` only these. */
import { BUILDS, ensureBuilt } from './lib/builds.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { requireNode } from './lib/project.mjs';

/** @typedef {keyof typeof BUILDS} Name */

const known = /** @type {Name[]} */ (Object.keys(BUILDS));
const asked = process.argv.slice(2);
const wrong = asked.find((name) => !known.some((other) => other === name));
if (wrong !== undefined) {
  console.error(`nothing is called "${wrong}"; npm run build knows ${known.join(', ')}.`);
  process.exit(2);
}

requireNode();
await ensureInstalled();
await ensureBuilt(asked.length === 0 ? known : known.filter((name) => asked.includes(name)));
