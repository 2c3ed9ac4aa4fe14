import { useState } from 'react';
import { useLiveStatus } from '../live/useLiveFlows.js';
import { CopyLine } from '../ui/CopyLine.js';
import { Dialog } from '../ui/Dialog.js';
import { Segmented } from '../ui/Segmented.js';
import styles from './ConnectDialog.module.css';

export interface ConnectDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

type Way = 'calico' | 'cilium' | 'neither';

const WAYS: readonly { readonly value: Way; readonly label: string }[] = [
  { value: 'calico', label: 'With Calico' },
  { value: 'cilium', label: 'With Cilium' },
  { value: 'neither', label: 'With neither' },
];

/** How to get real flows in, by what the cluster runs. */
export function ConnectDialog({ open, onClose }: ConnectDialogProps) {
  const { health } = useLiveStatus();
  const [way, setWay] = useState<Way>('calico');
  return (
    <Dialog open={open} onClose={onClose} title="Connect a cluster">
      <div className={styles.ways}>
        <Segmented label="What the cluster runs" value={way} options={WAYS} onChange={setWay} />
      </div>
      {way === 'calico' && <WithCalico />}
      {way === 'cilium' && <WithCilium />}
      {way === 'neither' && <WithNeither />}
      {health !== null && health.demo !== null && (
        <p className={styles.note}>The first real record ends the demo.</p>
      )}
    </Dialog>
  );
}

function WithCalico() {
  const patch = { spec: { flowLogsGoldmaneServer: `${window.location.hostname}:7443` } };
  return (
    <>
      <p className={styles.text}>
        Felix sends its flows to a Goldmane; Vibrissa speaks the same on port 7443. Open it:
      </p>
      <CopyLine label="The server with Goldmane’s port" text="VIBRISSA_GOLDMANE_PORT=7443 npm start" />
      <p className={styles.text}>Then point Felix at it, on every node at once:</p>
      <CopyLine
        label="Felix"
        text={`kubectl patch felixconfiguration default --type=merge -p '${JSON.stringify(patch)}'`}
      />
      <p className={styles.text}>
        Nodes beyond this machine need certificates: <code>VIBRISSA_GOLDMANE_CERT</code>, <code>_KEY</code>{' '}
        and <code>_CA</code>. To leave Felix as it is, let Vibrissa follow the Goldmane that runs: list it in
        a file named by <code>VIBRISSA_SOURCES</code>.
      </p>
    </>
  );
}

function WithCilium() {
  return (
    <>
      <p className={styles.text}>Vibrissa follows Hubble’s relay. Make it reachable from here:</p>
      <CopyLine
        label="Reach the relay"
        text="kubectl -n kube-system port-forward service/hubble-relay 4245:80"
      />
      <p className={styles.text}>Then start the server with its address:</p>
      <CopyLine label="The server with Hubble" text="VIBRISSA_HUBBLE=relay=127.0.0.1:4245 npm start" />
      <p className={styles.text}>
        A relay that asks for certificates is listed in a file named by <code>VIBRISSA_SOURCES</code>.
      </p>
    </>
  );
}

function WithNeither() {
  const { origin, host, protocol } = window.location;
  const socket = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/agent`;
  return (
    <>
      <p className={styles.text}>
        An agent on each node reads the kernel’s connection tracking and sends what it sees here:
      </p>
      <CopyLine label="On a node" text={`npm run agent -- --source=conntrack --server=${socket}`} />
      <p className={styles.text}>Or it follows a file of flow records:</p>
      <CopyLine
        label="A file on a node"
        text={`npm run agent -- --server=${socket} --file=/var/log/calico/flowlogs/flows.log`}
      />
      <p className={styles.text}>To try it with a file of records, without an agent:</p>
      <CopyLine
        label="Once"
        text={`curl -H 'content-type: application/x-ndjson' --data-binary @flows.log ${origin}/api/v1/flows`}
      />
    </>
  );
}
