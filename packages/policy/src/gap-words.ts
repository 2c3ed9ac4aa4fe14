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
    const port = ports.has === NO_PORT ? '' : ` ${ports.has}`;
    gaps.push({ wants: `${protocol.wants} ${ports.wants}`, has: `the flow used ${protocol.has}${port}` });
  }
  for (const condition of failed) {
    if (gaps.length > 0 && (condition === protocol || condition === ports)) continue;
    gaps.push({ wants: condition.wants, has: hasText(condition, names) });
  }
  return gaps;
}

const NO_PORT = 'no known port';

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
      return has === 'no known address' ? `${end} is elsewhere` : `${end} has ${has}`;
    case 'source.services':
    case 'destination.services':
      return `${end} is not behind it on that port`;
    default:
      return has === NO_PORT ? 'the flow has none' : `the flow used ${has}`;
  }
}
