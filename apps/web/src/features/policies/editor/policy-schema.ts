/** What may be written at a place: fields of a mapping, items of a list, or a value. */
export interface SchemaNode {
  /** Said beside it while it is offered. */
  readonly doc?: string;
  readonly fields?: Readonly<Record<string, SchemaNode>>;
  /** Any key, of labels. */
  readonly keys?: LabelSource;
  readonly items?: SchemaNode;
  readonly values?: readonly string[] | ValueSource;
}

/** Whose labels: those of pods, or of namespaces. */
export type LabelSource = 'podLabels' | 'namespaceLabels';

/** Values that depend on what is known of the cluster. */
export type ValueSource =
  | 'tiers'
  | 'namespaces'
  | 'services'
  | 'serviceAccounts'
  /** A Calico selector over the labels of pods and network sets, or of namespaces. */
  | { readonly selects: LabelSource }
  /** A key of labels, or a value of the label that the neighbouring field `key` names. */
  | { readonly labelKey: LabelSource }
  | { readonly labelValue: LabelSource };

const text = (doc: string, values?: SchemaNode['values']): SchemaNode => ({
  doc,
  ...(values !== undefined && { values }),
});
const map = (doc: string, fields: Readonly<Record<string, SchemaNode>>): SchemaNode => ({ doc, fields });
const list = (doc: string, items: SchemaNode): SchemaNode => ({ doc, items });

const BOOLEAN = ['true', 'false'];
const KUBERNETES_PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const CALICO_PROTOCOLS = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6', 'UDPLite'];
const TYPES = ['Ingress', 'Egress'];

const labelSelector = (doc: string, source: LabelSource): SchemaNode =>
  map(doc, {
    matchLabels: { doc: 'All of these labels', keys: source },
    matchExpressions: list(
      'All of these conditions',
      map('', {
        key: text('The label', { labelKey: source }),
        operator: text('What is asked of it', ['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: list('For In and NotIn', text('', { labelValue: source })),
      }),
    ),
  });

const kubernetesPeer = map('', {
  podSelector: labelSelector('Pods of the same namespace, or of those selected', 'podLabels'),
  namespaceSelector: labelSelector('Namespaces', 'namespaceLabels'),
  ipBlock: map('Addresses outside the cluster', {
    cidr: text('203.0.113.0/24'),
    except: list('Blocks inside it that are left out', text('')),
  }),
});

const kubernetesPorts = list(
  'Any of these; all where it is absent',
  map('', {
    port: text('A number, or the name of a port of the pod'),
    protocol: text('TCP where it is absent', KUBERNETES_PROTOCOLS),
    endPort: text('The last of a range'),
  }),
);

const kubernetesSpec = {
  podSelector: labelSelector('Whom it governs; {} is every pod of the namespace', 'podLabels'),
  policyTypes: list('Which directions it governs', text('', TYPES)),
  ingress: list(
    'What may come in; nothing else may',
    map('', {
      from: list('Any of these peers; all where it is absent', kubernetesPeer),
      ports: kubernetesPorts,
    }),
  ),
  egress: list(
    'What may go out; nothing else may',
    map('', {
      to: list('Any of these peers; all where it is absent', kubernetesPeer),
      ports: kubernetesPorts,
    }),
  ),
};

const calicoPeer = map('', {
  selector: text('Pods and network sets by their labels', { selects: 'podLabels' }),
  notSelector: text('All but these', { selects: 'podLabels' }),
  namespaceSelector: text('In these namespaces; global() for what has none', { selects: 'namespaceLabels' }),
  nets: list('Addresses', text('203.0.113.0/24')),
  notNets: list('All but these addresses', text('')),
  ports: list('Numbers, ranges like 8000:8100, or names', text('')),
  notPorts: list('All but these ports', text('')),
  serviceAccounts: map('Pods by their service account', {
    names: list('', text('', 'serviceAccounts')),
    selector: text('By labels of the account'),
  }),
  services: map('The pods behind a service', {
    name: text('', 'services'),
    namespace: text('', 'namespaces'),
  }),
});

const icmp = map('', { type: text('0 to 254'), code: text('0 to 255') });

const calicoRules = (doc: string): SchemaNode =>
  list(
    doc,
    map('', {
      action: text('What becomes of it', ['Allow', 'Deny', 'Pass', 'Log']),
      protocol: text('Any where it is absent', CALICO_PROTOCOLS),
      notProtocol: text('All but this', CALICO_PROTOCOLS),
      source: { ...calicoPeer, doc: 'Who connects' },
      destination: { ...calicoPeer, doc: 'Who is connected to, and at which ports' },
      icmp,
      notICMP: icmp,
      ipVersion: text('', ['4', '6']),
      http: map('Seen by a proxy alone', {
        methods: list('', text('', ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])),
        paths: list('', map('', { exact: text(''), prefix: text('') })),
      }),
      metadata: map('', { annotations: map('', { name: text('What the rule is called') }) }),
    }),
  );

const calicoSpec = {
  tier: text('default where it is absent', 'tiers'),
  order: text('Smaller ones come first; last where it is absent'),
  selector: text('Whom it governs; all where it is absent', { selects: 'podLabels' }),
  serviceAccountSelector: text('By labels of their service account'),
  types: list('Which directions it governs', text('', TYPES)),
  ingress: calicoRules('Tried in order for what comes in'),
  egress: calicoRules('Tried in order for what goes out'),
};

const globalSpec = {
  ...calicoSpec,
  namespaceSelector: text('In these namespaces; all where it is absent', { selects: 'namespaceLabels' }),
  applyOnForward: text('', BOOLEAN),
  doNotTrack: text('', BOOLEAN),
  preDNAT: text('', BOOLEAN),
};

const stagedAction = {
  stagedAction: text('What becomes of its enforced twin', ['Set', 'Delete', 'Learn', 'Ignore']),
};

const clusterPeers = {
  namespaces: labelSelector('All pods of these namespaces', 'namespaceLabels'),
  pods: map('', {
    namespaceSelector: labelSelector('', 'namespaceLabels'),
    podSelector: labelSelector('', 'podLabels'),
  }),
};

const clusterRules = (doc: string, side: 'from' | 'to'): SchemaNode =>
  list(
    doc,
    map('', {
      name: text('What the rule is called'),
      action: text('What becomes of it', ['Accept', 'Deny', 'Pass']),
      [side]: list(
        'Any of these peers',
        map('', side === 'from' ? clusterPeers : { ...clusterPeers, networks: list('Addresses', text('')) }),
      ),
      protocols: list(
        'Any of these; all where it is absent',
        map('', {
          tcp: map('', { destinationPort: portOrRange() }),
          udp: map('', { destinationPort: portOrRange() }),
          sctp: map('', { destinationPort: portOrRange() }),
          destinationNamedPort: text('The name of a port of the pod'),
        }),
      ),
    }),
  );

function portOrRange(): SchemaNode {
  return map('', { number: text(''), range: map('', { start: text(''), end: text('') }) });
}

const setSpec = map('', { nets: list('Its addresses', text('203.0.113.0/24')) });

const specs: Readonly<Record<string, SchemaNode>> = {
  'networking.k8s.io/v1 NetworkPolicy': map('', kubernetesSpec),
  'projectcalico.org/v3 NetworkPolicy': map('', calicoSpec),
  'projectcalico.org/v3 GlobalNetworkPolicy': map('', globalSpec),
  'projectcalico.org/v3 StagedNetworkPolicy': map('', { ...stagedAction, ...calicoSpec }),
  'projectcalico.org/v3 StagedGlobalNetworkPolicy': map('', { ...stagedAction, ...globalSpec }),
  'projectcalico.org/v3 StagedKubernetesNetworkPolicy': map('', { ...stagedAction, ...kubernetesSpec }),
  'projectcalico.org/v3 Tier': map('', {
    order: text('Smaller ones come first'),
    defaultAction: text('What becomes of what no rule matched', ['Deny', 'Pass']),
  }),
  'projectcalico.org/v3 NetworkSet': setSpec,
  'projectcalico.org/v3 GlobalNetworkSet': setSpec,
  'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy': map('', {
    tier: text('Before or after the policies of namespaces', ['Admin', 'Baseline']),
    priority: text('0 to 1000; smaller ones come first'),
    subject: map('Whom it governs', clusterPeers),
    ingress: clusterRules('Tried in order for what comes in', 'from'),
    egress: clusterRules('Tried in order for what goes out', 'to'),
  }),
};

const GLOBAL = /Global|Tier|Cluster/;

/** The schema of one document, as far as it is known from what is written of it. */
export function schemaOf(apiVersion: string, kind: string): SchemaNode {
  const pairs = Object.keys(specs).map((name) => name.split(' ') as [string, string]);
  const kinds = pairs
    .filter(([version]) => apiVersion === '' || version === apiVersion)
    .map(([, name]) => name);
  const versions = pairs.filter(([, name]) => kind === '' || name === kind).map(([version]) => version);
  const [only] = pairs.filter(([, name]) => name === kind);
  const spec = specs[`${apiVersion} ${kind}`] ?? specs[(only ?? []).join(' ')];
  return {
    fields: {
      apiVersion: text('', [...new Set(versions)]),
      kind: text('', [...new Set(kinds)]),
      metadata: map('', {
        name: text('In a tier of its own it begins with the tier'),
        ...(!GLOBAL.test(kind) && { namespace: text('', 'namespaces') }),
        labels: { keys: 'podLabels' },
        annotations: {},
      }),
      ...(spec !== undefined && { spec }),
    },
  };
}

/** What may be written at a path; null where nothing is known of it. */
export function nodeAt(root: SchemaNode, path: readonly (string | number)[]): SchemaNode | null {
  let node: SchemaNode | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') node = node.items;
    else
      node =
        node.fields?.[step] ?? (node.keys === undefined ? undefined : { values: { labelValue: node.keys } });
    if (node === undefined) return null;
  }
  return node;
}
