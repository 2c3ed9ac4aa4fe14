/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explainEvaluation } from './explain-evaluation.js';
import { readResources } from './read-resources.js';
import { type Engine, engineOf } from './rulebook.js';
import { seenCall } from './testing/seen-scene.js';

const topologies = new URL('../../../../shared/data/topologies/', import.meta.url);

/** The policies and workloads of all manifests in these folders. */
function engineFrom(...folders: readonly string[]): Engine {
  const files = folders.flatMap((folder) => {
    const url = new URL(`${folder}/`, topologies);
    const names = readdirSync(url).filter((name) => /\.ya?ml$/.test(name));
    return names.map((name) => ({ name, text: readFileSync(new URL(name, url), 'utf8') }));
  });
  return engineOf(readResources(files));
}

function headline(engine: Engine, from: string, to: string, port: number): string {
  return explainEvaluation(seenCall({ from, to, port }), engine).headline.replace(
    /^No report says what became of it\. /,
    '',
  );
}

describe('policies that people publish', () => {
  if (!existsSync(topologies)) {
    it('are absent: no real manifests were explained', () => {
      console.log('real manifests are not here: ../shared/data/topologies is absent');
      expect(existsSync(topologies)).toBe(false);
    });
    return;
  }

  it('are explained down to a label that was misspelt', () => {
    const engine = engineFrom('sock-shop/manifests', 'sock-shop/manifests-policy');
    expect(headline(engine, 'sock-shop/carts-*', 'sock-shop/carts-db-*', 27017)).toBe(
      'The known policies deny it at carts-db on ingress: isolated by the NetworkPolicies carts-db-access and cortex-access; ' +
        'no rule matched; the nearest was rule 1 of carts-db-access, which wants a source pod with name=cart in namespace sock-shop, ' +
        'carts has name=carts.',
    );
    expect(headline(engine, 'sock-shop/front-end-*', 'sock-shop/catalogue-*', 80)).toBe(
      'The known policies allow it at front-end on egress as no policy selects it and the profile of namespace sock-shop allows it, ' +
        'and at catalogue on ingress by rule 1 of NetworkPolicy catalogue-access, which allows TCP 80 from front-end.',
    );
  });

  it('are explained by the port they want', () => {
    const engine = engineFrom(
      'online-boutique/kubernetes-manifests',
      'online-boutique/kustomize/components/network-policies',
    );
    expect(headline(engine, 'default/frontend-*', 'default/checkoutservice-*', 8080)).toBe(
      'The known policies deny it at checkoutservice on ingress: isolated by the NetworkPolicies checkoutservice and deny-all; ' +
        'no rule matched; the nearest was rule 1 of checkoutservice, which wants port 5050, the flow used 8080.',
    );
  });
});
