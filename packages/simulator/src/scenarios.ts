import type { Scenario } from './scenario.js';
import { BROKEN_ROLLOUT } from './scenarios/broken-rollout.js';
import { ONLINE_SHOP } from './scenarios/online-shop.js';
import { STAGED_LOCKDOWN } from './scenarios/staged-lockdown.js';
import { SUPPLY_CHAIN } from './scenarios/supply-chain.js';

export type ScenarioName = 'online-shop' | 'broken-rollout' | 'staged-lockdown' | 'supply-chain';

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  'online-shop': ONLINE_SHOP,
  'broken-rollout': BROKEN_ROLLOUT,
  'staged-lockdown': STAGED_LOCKDOWN,
  'supply-chain': SUPPLY_CHAIN,
};

export const SCENARIO_NAMES: readonly ScenarioName[] = [
  'online-shop',
  'broken-rollout',
  'staged-lockdown',
  'supply-chain',
];

/** Those of a user's own writing may be none. */
export function isScenarioName(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
