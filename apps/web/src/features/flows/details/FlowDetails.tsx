import { type ReactNode, useRef } from 'react';
import type { Row } from '../../../live/row.js';
import { ConnectionDetails } from './ConnectionDetails.js';
import { DetailsHead } from './DetailsHead.js';
import styles from './FlowDetails.module.css';
import { FoldedDetails } from './FoldedDetails.js';
import { useKeepFocus } from './useKeepFocus.js';
import { usePartKeys } from './usePartKeys.js';

export interface FlowDetailsProps {
  readonly row: Row;
  /** Comes before all else. */
  readonly lead?: ReactNode;
  readonly onClose: () => void;
}

/** What happened to a row and why, what to do about it, and what it rests on. */
export function FlowDetails({ row, lead, onClose }: FlowDetailsProps) {
  const panel = useRef<HTMLDivElement>(null);
  useKeepFocus(panel);
  usePartKeys(panel);
  return (
    <div ref={panel} tabIndex={-1} className={styles.panel}>
      <DetailsHead row={row} onClose={onClose} />
      <div className={styles.details}>
        {lead}
        {row.protocol === '' ? (
          <FoldedDetails key={row.key} row={row} />
        ) : (
          <ConnectionDetails key={row.key} row={row} />
        )}
      </div>
    </div>
  );
}
