import type { ApiGroup } from '@vibrissa/protocol/messages';
import { formatBytes, formatShort } from '../../../ui/format.js';
import type { Span } from '../../../view/compare-span.js';

export interface Figures {
  /** `1.2 MB → 340 kB`. */
  readonly main: string;
  /** `41 → 12 connections`. */
  readonly more: string;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** What went over a line both ways; null where it is unknown. */
export function bytesOf({ bytesSent, bytesReceived }: ApiGroup): number | null {
  return sum(bytesSent, bytesReceived);
}

export function packetsOf({ packetsSent, packetsReceived }: ApiGroup): number | null {
  return sum(packetsSent, packetsReceived);
}

/** Windows of one length are told in totals, others by the second, so that the numbers compare. */
export function perSecond(window: Span, base: Span): boolean {
  const [length, baseLength] = [window.to - window.from, base.to - base.from];
  return Math.abs(length - baseLength) > 0.01 * Math.max(length, baseLength);
}

/** What a line moved in the base and in the window; what is not there has none. */
export function figuresOf(now: ApiGroup | null, before: ApiGroup | null, window: Span, base: Span): Figures {
  const rates = perSecond(window, base);
  const known = [now, before].some((group) => group !== null && bytesOf(group) !== null);
  const read = known ? bytesOf : packetsOf;
  const unit = known ? '' : ' packets';
  const text = (group: ApiGroup | null, span: Span): string => {
    if (group === null) return '0';
    const value = read(group);
    const shown = value === null || !rates ? value : value / seconds(span);
    return known ? formatBytes(shown) : formatShort(shown === null ? null : Math.round(shown));
  };
  const count = (group: ApiGroup | null) => (group === null ? '0' : formatShort(group.connectionsStarted));
  return {
    main: `${text(before, base)} → ${text(now, window)}${unit}${rates ? ' a second' : ''}`,
    more: `${count(before)} → ${count(now)} connections`,
  };
}

/** Length of a window, s. */
export function seconds({ from, to }: Span): number {
  return Math.max(0.001, (to - from) / 1000);
}
