import type { Scenario } from '../scenario.js';
import { SHOP_WORLD } from './shop-world.js';

export const ONLINE_SHOP: Scenario = {
  name: 'online-shop',
  title: 'A healthy online shop',
  story: 'Nothing is wrong: every call is one that a policy allows or nothing forbids.',
  world: SHOP_WORLD,
  events: [],
  findings: [],
};
