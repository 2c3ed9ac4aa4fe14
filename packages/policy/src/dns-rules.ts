import { podPeer } from './learned-peers.js';
import { anyRule, type Rule } from './policy.js';

/** What pods that answer names are called wherever kubeadm or a cloud set them up. */
const KUBE_DNS = { 'k8s-app': 'kube-dns' };

/**
 * Asking DNS of the cluster, as the first rules of a policy in `namespace`. Over TCP too, since a name that does not fit
 * into a datagram is asked for so.
 */
export function dnsRules(
  { namespace, dialect }: { readonly namespace: string; readonly dialect: 'kubernetes' | 'calico' },
  labels: Readonly<Record<string, string>> = KUBE_DNS,
): readonly Rule[] {
  const peer = podPeer({ namespace: 'kube-system', labels }, { namespace, dialect });
  return ['tcp', 'udp'].map((protocol) => ({
    ...anyRule('allow'),
    protocol,
    dest: { ...peer, ports: [{ from: 53, to: 53 }] },
    ...(dialect === 'kubernetes' ? { written: 0 } : {}),
  }));
}
