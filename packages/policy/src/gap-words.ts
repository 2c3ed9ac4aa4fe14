import type { Condition } from './steps.js';

/** What the two ends are called. */
export interface EndNames {
  readonly source: string;
  readonly dest: string;
}

/** What kept a rule from matching: `port 8443, the flow used 8080`; stands behind `wants`. */
export function gapText(failed: readonly Condition[], names: EndNames): string {
  const gaps = gapsOf(failed, names);
  const wants = gaps.map((gap) => gap.wants).join(' and ');
  return `${wants}, ${gaps.map((gap) => gap.has).join(' and ')}`;
}

interface Gap {
  readonly wants: string;
  readonly has: string;
}

function gapsOf(failed: readonly Condition[], names: EndNames): readonly Gap[] {
  const protocol = failed.find(({ aspect }) => aspect === 'protocol');
  const ports = failed.find(({ aspect }) => aspect === 'destination.ports');
  const gaps: Gap[] = [];
  if (protocol !== undefined && ports !== undefined) {
    const port = isPort(ports.has) ? ` ${ports.has}` : '';
    gaps.push({ wants: `${protocol.wants} ${ports.wants}`, has: `the flow used ${protocol.has}${port}` });
  }
  for (const condition of failed) {
    if (gaps.length > 0 && (condition === protocol || condition === ports)) continue;
    gaps.push({ wants: condition.wants, has: hasText(condition, names) });
  }
  return gaps;
}

function isPort(has: string): boolean {
  return /^\d+$/.test(has);
}

function hasText({ aspect, has }: Condition, { source, dest }: EndNames): string {
  const end = aspect.startsWith('source.') ? source : dest;
  switch (aspect) {
    case 'source.selector':
    case 'source.notSelector':
    case 'destination.selector':
    case 'destination.notSelector':
      return `${end} has ${has}`;
    case 'source.nets':
    case 'source.notNets':
    case 'destination.nets':
    case 'destination.notNets':
      // Of several possible addresses none is the wanted one, so there is none to name.
      return has.endsWith('address') || has.endsWith('addresses')
        ? `${end} is elsewhere`
        : `${end} has ${has}`;
    case 'source.services':
    case 'destination.services':
      return `${end} is not behind it on that port`;
    case 'destination.ports':
    case 'destination.notPorts':
    case 'source.ports':
    case 'source.notPorts':
      return isPort(has) ? `the flow used ${has}` : 'the flow has none';
    default:
      return `the flow used ${has}`;
  }
}
