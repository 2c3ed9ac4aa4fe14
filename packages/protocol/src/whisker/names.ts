import { NETWORK_ALIASES } from '../goldmane/match-filter.js';

/** What Whisker calls an endpoint: networks have names that people know. */
export function toWhiskerName(name: string): string {
  return NETWORK_ALIASES.get(name) ?? name;
}

export function toGoldmaneName(name: string): string {
  for (const [goldmane, whisker] of NETWORK_ALIASES) if (whisker === name) return goldmane;
  return name;
}
