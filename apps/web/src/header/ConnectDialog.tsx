import { CopyLine } from '../ui/CopyLine.js';
import { Dialog } from '../ui/Dialog.js';
import styles from './ConnectDialog.module.css';

export interface ConnectDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** How to get real flows in. */
export function ConnectDialog({ open, onClose }: ConnectDialogProps) {
  const { origin, host, protocol } = window.location;
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/agent`;
  return (
    <Dialog open={open} onClose={onClose} title="Connect an agent">
      <p className={styles.text}>
        An agent on each node follows Calico’s flow log, or any file of flow records, and sends it here. Its
        first record ends the demo.
      </p>
      <CopyLine
        label="On a node"
        text={`npm run agent -- --server=${socket} --file=/var/log/calico/flowlogs/flows.log`}
      />
      <p className={styles.text}>To try it with a file of records, without an agent:</p>
      <CopyLine
        label="Once"
        text={`curl -H 'content-type: application/x-ndjson' --data-binary @flows.log ${origin}/api/v1/flows`}
      />
      <p className={styles.note}>
        Start the server with <code>VIBRISSA_DEMO=off</code> to begin without a demo.
      </p>
    </Dialog>
  );
}
