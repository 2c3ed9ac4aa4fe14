import { isSamePolicy, type Policy, type PolicyEdit, policyNameText } from '@vibrissa/policy';

/** What was done, for people: `NetworkPolicy shop/allow-cart was added`. `before` is what there was until then. */
export function editText(edit: PolicyEdit, before: readonly Policy[]): string {
  switch (edit.op) {
    case 'put': {
      const isNew = !before.some((policy) => isSamePolicy(policy, edit.policy));
      return `${policyNameText(edit.policy)} was ${isNew ? 'added' : 'replaced'}`;
    }
    case 'remove':
      return `${policyNameText(edit.policy)} was removed`;
    case 'enforce':
      return `${policyNameText(edit.policy)} was put into force`;
    case 'put-tier':
      return `Tier ${edit.tier.name} was put`;
    case 'put-network-set': {
      const { namespace, name } = edit.set;
      return namespace === ''
        ? `GlobalNetworkSet ${name} was put`
        : `NetworkSet ${namespace}/${name} was put`;
    }
    case 'label': {
      const labels = Object.entries(edit.labels).map(([key, value]) => `${key}=${value}`);
      const what =
        edit.workload === '' ? `Namespace ${edit.namespace}` : `${edit.namespace}/${edit.workload}`;
      return `${what} was labelled ${labels.join(', ')}`;
    }
  }
}
