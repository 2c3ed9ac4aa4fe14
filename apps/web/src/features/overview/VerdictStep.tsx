import { createContext, useContext } from 'react';
import { useRovingTabIndex } from './RovingLinks.js';
import styles from './VerdictChart.module.css';
import type { LayerKey } from './verdict-layers.js';

/** The step under the pointer or in focus. */
export const Hovered = createContext<number | null>(null);

interface LinkProps {
  readonly index: number;
  readonly href: string;
  /** What is read out of it. */
  readonly name: string;
  readonly onHover: (index: number) => void;
  /** px, as the three below */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All of a step, from top to bottom: the link to its flows. */
export function VerdictStep(props: LinkProps & { readonly isUnkept: boolean }) {
  const { index, href, name, isUnkept, onHover, ...box } = props;
  const tabIndex = useRovingTabIndex(index);
  return (
    <a
      href={href}
      aria-label={name}
      data-index={index}
      tabIndex={tabIndex}
      data-unkept={isUnkept || undefined}
      className={styles.step}
      onPointerEnter={() => onHover(index)}
    >
      <rect {...box} />
    </a>
  );
}

/** One verdict in a step: the link to its flows of that step. */
export function VerdictPart(props: LinkProps & { readonly layer: LayerKey }) {
  const { index, layer, href, name, onHover, ...box } = props;
  const hovered = useContext(Hovered);
  return (
    <a
      href={href}
      tabIndex={-1}
      aria-label={name}
      data-layer={layer}
      data-hovered={index === hovered || undefined}
      className={styles.part}
      onPointerEnter={() => onHover(index)}
    >
      <rect {...box} />
    </a>
  );
}
