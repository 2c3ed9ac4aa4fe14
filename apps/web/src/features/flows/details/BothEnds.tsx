import { type Endpoint, type Labels, networkText, type Service, splitName } from '@vibrissa/model';
import { memo } from 'react';
import { Section } from '../../../ui/Section.js';
import styles from './BothEnds.module.css';

export interface BothEndsProps {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly service: Service | null;
  readonly port: number;
  readonly protocol: string;
  readonly sourceLabels: Labels;
  readonly destLabels: Labels;
}

const KIND: Readonly<Record<Endpoint['kind'], string>> = {
  workload: 'workload',
  host: 'host',
  'network-set': 'network set',
  network: 'network',
};

/** Who calls whom, with the labels that policies select by. */
export const BothEnds = memo(function BothEnds(props: BothEndsProps) {
  const { source, dest, service, port, protocol, sourceLabels, destLabels } = props;
  return (
    <Section title="Both ends">
      <div className={styles.ends}>
        <End title="Source" end={source} labels={sourceLabels} />
        <End title="Destination" end={dest} labels={destLabels}>
          {port !== 0 && (
            <p className={styles.quiet}>
              port {port} {protocol}
            </p>
          )}
          {service !== null && service.name !== '' && (
            <p className={styles.quiet}>service {serviceText(service)}</p>
          )}
        </End>
      </div>
    </Section>
  );
});

function serviceText({ namespace, name, portName, port }: Service): string {
  const where = namespace === '' ? name : `${namespace}/${name}`;
  const which = portName !== '' ? portName : port === 0 ? '' : String(port);
  return which === '' ? where : `${where}:${which}`;
}

function End({
  title,
  end,
  labels,
  children,
}: {
  readonly title: string;
  readonly end: Endpoint;
  readonly labels: Labels;
  readonly children?: React.ReactNode;
}) {
  const { kind, namespace, name, address } = end;
  return (
    <div className={styles.end}>
      <h4 className={styles.title}>{title}</h4>
      <p className={styles.name}>
        {namespace !== '' && (
          <>
            <span className={styles.namespace}>{namespace}/</span>
            <wbr />
          </>
        )}
        {address === '' ? <Name end={end} /> : address}
      </p>
      <p className={styles.quiet}>
        {KIND[kind]}
        {address !== '' && name !== '' && kind === 'network-set' && ` ${name}`}
      </p>
      {children}
      {labels === null ? (
        kind === 'workload' && <p className={styles.quiet}>labels not reported</p>
      ) : (
        <ul className={styles.labels} aria-label={`${title} labels`}>
          {labels.map((label) => (
            <li key={label} className={styles.label}>
              {label}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Generated parts a little quieter: they change with every rollout. */
function Name({ end: { kind, name } }: { readonly end: Endpoint }) {
  if (kind === 'network') return capitalized(networkText(name).replace(/^(?:the|an?) /, ''));
  const [stem, generated] = splitName(name);
  return (
    <>
      {stem}
      <span className={styles.generated}>{generated}</span>
    </>
  );
}
