/** `npm run vectors -- <folder or file>…`: checks the policy engine against cases of other projects. */
import { ensureInstalled } from './lib/install.mjs';
import { capture, inRepo, requireNode, TOOLS } from './lib/project.mjs';
import { mustStep } from './lib/step.mjs';

requireNode();
await ensureInstalled();
await mustStep('building the policy engine', () =>
  capture(process.execPath, [inRepo(TOOLS.tsc), '-b', 'packages/policy']),
);
// It exists only now that it is built.
const { main } = await import(
  new URL('../packages/policy/dist/testing/vectors-main.js', import.meta.url).href
);
process.exit(main(process.argv.slice(2), console.log));
