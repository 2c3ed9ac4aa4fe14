import { VERSION_1 } from './version-1.js';
import { VERSION_2 } from './version-2.js';

/** What makes a file of the version before into one of this; each runs in one transaction with its number. */
export const MIGRATIONS: readonly { readonly version: number; readonly statements: readonly string[] }[] = [
  { version: 1, statements: VERSION_1 },
  { version: 2, statements: VERSION_2 },
];

/** The version that this program writes. */
export const NEWEST_VERSION = 2;
