/** `npm run build`: the server, the agent and the page, where they are stale. */
import { ensureBuilt } from './lib/builds.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { requireNode } from './lib/project.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt(['server', 'agent', 'page']);
