/** For what policies are recommended. */
export interface Scope {
  /** Empty until one is chosen. */
  readonly namespace: string;
  /** Empty for each workload of the namespace. */
  readonly workload: string;
}

/** Reads what `scopeText` wrote. No name in Kubernetes has a slash. */
export function scopeFrom(text: string | null): Scope {
  const [namespace = '', workload = ''] = (text ?? '').split('/');
  return { namespace, workload };
}

/** `shop`, `shop/cart`, as the address holds it; null where nothing is chosen. */
export function scopeText({ namespace, workload }: Scope): string | null {
  if (namespace === '') return null;
  return workload === '' ? namespace : `${namespace}/${workload}`;
}

/** The name of the file that all of a scope's policies are saved under. */
export function fileName(scope: Scope, what: string): string {
  const name = [what, scope.namespace, scope.workload].filter((part) => part !== '').join('-');
  return `${name.replace(/[^\w.-]+/g, '_')}.yaml`;
}
