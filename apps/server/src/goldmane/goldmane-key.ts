import { createHash } from 'node:crypto';
import type { Endpoint, FlowKey, PolicyTrace } from '@vibrissa/model';

const FOLDED_FROM = 2 ** 52;

const traceTexts = new WeakMap<PolicyTrace, string>();

/** Whether other flows may be this one to Goldmane, which knows no addresses: only what is outside has any. */
export function mayHaveTwins({ source, dest }: FlowKey): boolean {
  return hasAddresses(source) || hasAddresses(dest);
}

/** The key as Goldmane knows it: without addresses. */
export function withoutAddresses(key: FlowKey): FlowKey {
  const { source, dest } = key;
  if (source.address === '' && dest.address === '') return key;
  return { ...key, source: { ...source, address: '' }, dest: { ...dest, address: '' } };
}

/** Equal for flows that are one to Goldmane, and only for those. */
export function goldmaneText({
  source,
  dest,
  port,
  protocol,
  service,
  reporter,
  verdict,
  trace,
}: FlowKey): string {
  let traceText = traceTexts.get(trace);
  if (traceText === undefined) {
    traceText = JSON.stringify([trace.enforced, trace.pending]);
    traceTexts.set(trace, traceText);
  }
  const to =
    service === null ? '' : `${service.namespace}\n${service.name}\n${service.portName}\n${service.port}`;
  return `${endText(source)}\n${endText(dest)}\n${port}\n${protocol}\n${reporter}\n${verdict}\n${to}\n${traceText}`;
}

/**
 * The id of all flows of one Goldmane text. It is drawn from the text, so that it stays while flows come and go
 * without being remembered; ids of flows that have no twins count from 1 and never get near it.
 */
export function foldedId(text: string): number {
  const digest = createHash('sha256').update(text).digest();
  return FOLDED_FROM + digest.readUIntBE(0, 6) * 16 + (digest.readUInt8(6) & 15);
}

function hasAddresses({ kind, address }: Endpoint): boolean {
  return address !== '' || kind === 'network' || kind === 'network-set';
}

function endText({ kind, namespace, name }: Endpoint): string {
  return `${kind}\n${namespace}\n${name}`;
}
