import type { PolicyHit, PolicyKind, PolicyRef } from '@vibrissa/model';
import type { PolicyKind as WireKind } from '../gen/goldmane_pb.js';
import { NOTHING, POLICY_KINDS, readAction } from './names.js';
import type { WireReader } from './wire-reader.js';

/** Indices in traces have at most nine digits. */
const MOST_INDEX = 999_999_999;
const END_OF_TIER = -1;
const UNKNOWN_RULE = -2;
const PROFILE_TIER = '__PROFILE__';

/** A PolicyHit as it was written. */
export interface RawHit {
  kind: number;
  namespace: string;
  name: string;
  tier: string;
  action: number;
  policyIndex: number;
  ruleIndex: number;
  trigger: RawHit | null;
}

export function emptyHit(): RawHit {
  return {
    kind: 0,
    namespace: '',
    name: '',
    tier: '',
    action: 0,
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
  };
}

/** Reads the fields of a PolicyHit up to the reader's end; those that come again replace, a trigger is merged. */
export function readRawHit(wire: WireReader, into: RawHit, isTrigger = false): void {
  while (wire.at < wire.end) {
    const tag = wire.tag();
    switch (tag) {
      case 8:
        into.kind = wire.int32();
        break;
      case 18:
        into.namespace = wire.text();
        break;
      case 26:
        into.name = wire.text();
        break;
      case 34:
        into.tier = wire.text();
        break;
      case 40:
        into.action = wire.int32();
        break;
      case 48:
        into.policyIndex = wire.int64();
        break;
      case 56:
        into.ruleIndex = wire.int64();
        break;
      case 66:
        // A trigger's own trigger says nothing.
        if (isTrigger) {
          wire.skip(tag);
          break;
        }
        into.trigger ??= emptyHit();
        within(wire, into.trigger, (trigger) => readRawHit(wire, trigger, true));
        break;
      default:
        wire.skip(tag);
    }
  }
}

/** Reads a message that is a field: the reader stands at its length. */
export function within<Into>(wire: WireReader, into: Into, read: (into: Into) => void): void {
  const { end } = wire;
  const length = wire.length();
  wire.end = wire.at + length;
  read(into);
  wire.end = end;
}

/** A hit in our form, and whether anything about it had to be guessed or left out. */
export interface ReadHit {
  readonly hit: PolicyHit;
  readonly repaired: boolean;
}

/**
 * The end of a tier has its policy as `trigger`, also where it was written the other way round: as the policy with
 * the rule −1. A kind that was not told is taken to be the usual one for its namespace.
 */
export function toHit(raw: RawHit): ReadHit {
  const action = readAction(raw.action);
  const policyIndex = isIndex(raw.policyIndex) ? raw.policyIndex : raw.policyIndex < 0 ? 0 : MOST_INDEX;
  const own = toPolicy(raw, raw.tier === PROFILE_TIER ? '' : raw.tier);
  const isEnd = own.kind === 'EndOfTier' || raw.ruleIndex === END_OF_TIER;
  const ruleIndex = isEnd ? END_OF_TIER : isIndex(raw.ruleIndex) ? raw.ruleIndex : UNKNOWN_RULE;
  const place = { action, policyIndex, ruleIndex };
  const trigger = isEnd ? triggerOf(own.kind === 'EndOfTier' ? raw.trigger : raw, own.tier) : null;
  const repaired =
    (action === 'log' && raw.action !== 0) ||
    policyIndex !== raw.policyIndex ||
    (!isEnd && ruleIndex !== raw.ruleIndex && raw.ruleIndex !== UNKNOWN_RULE) ||
    !POLICY_KINDS.has(raw.kind) ||
    (isEnd && trigger === null) ||
    (own.kind !== 'EndOfTier' && raw.trigger !== null);
  if (!isEnd || (own.kind === 'EndOfTier' && trigger === null)) {
    return { hit: Object.freeze({ ...own, ...place, trigger: null }), repaired };
  }
  const end = { kind: 'EndOfTier', namespace: '', name: '', tier: own.tier, ...place, trigger } as const;
  return { hit: Object.freeze(end), repaired };
}

/** The policy that an end of tier is put down to is of that tier. */
function triggerOf(trigger: RawHit | null, tier: string): PolicyRef | null {
  if (trigger === null || trigger.name === '') return null;
  const policy = toPolicy(trigger, tier);
  return policy.kind === 'EndOfTier' ? null : Object.freeze(policy);
}

function toPolicy(raw: RawHit, tier: string): PolicyRef {
  const namespace = raw.namespace === NOTHING ? '' : raw.namespace;
  return { kind: kindOf(raw.kind, namespace), namespace, name: raw.name, tier };
}

function kindOf(kind: WireKind, namespace: string): PolicyKind {
  return POLICY_KINDS.get(kind) ?? (namespace === '' ? 'GlobalNetworkPolicy' : 'CalicoNetworkPolicy');
}

function isIndex(value: number): boolean {
  return value >= 0 && value <= MOST_INDEX;
}
