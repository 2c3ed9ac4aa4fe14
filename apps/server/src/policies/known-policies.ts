import {
  EMPTY_RULEBOOK,
  type Engine,
  engineOf,
  joinedRulebook,
  type ListedObject,
  type Rulebook,
} from '@vibrissa/policy';
import type { ApiPolicySource, Trouble } from '@vibrissa/protocol/messages';

/** What one source has given so far. */
export interface SourceState extends ApiPolicySource {
  /** The last that could be read; a source that fails keeps it. */
  readonly rulebook: Rulebook;
}

/** The policies that the server knows, from wherever, as one rulebook. */
export class KnownPolicies {
  readonly #sources = new Map<string, SourceState>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #rulebook: Rulebook = EMPTY_RULEBOOK;
  #engine: Engine | null = null;

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  get rulebook(): Rulebook {
    return this.#rulebook;
  }

  /** The rulebook made ready to evaluate with, kept until it changes. */
  get engine(): Engine {
    this.#engine ??= engineOf(this.#rulebook);
    return this.#engine;
  }

  get sources(): readonly ApiPolicySource[] {
    return [...this.#sources.values()].map(({ rulebook: _, ...source }) => source);
  }

  /** What keeps policies from being known, for the page's header; what is wrong within files is not among it. */
  get troubles(): readonly Trouble[] {
    return [...this.#sources.values()].flatMap(({ kind, state, detail }) => {
      if (state !== 'failed' || detail === null) return [];
      const where = kind === 'folder' ? 'the folder' : 'the Kubernetes API';
      return [{ code: `policies-${kind}`, message: `Policies of ${where} are not known: ${detail}.` }];
    });
  }

  /** True once any policy or tier is known. */
  get isKnown(): boolean {
    return this.#rulebook.policies.length > 0 || this.#rulebook.tiers.length > 0;
  }

  /** Puts what a source gives, or how it is, in place of what it gave before. */
  put(source: SourceState): void {
    this.#sources.set(source.name, source);
    this.#changed();
  }

  drop(name: string): void {
    if (this.#sources.delete(name)) this.#changed();
  }

  /** Told after each change; the function returned ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#version++;
    const sources = [...this.#sources.values()];
    // What is seen of a play is by its own policies alone: those of a real cluster wait until it ends.
    const played = sources.filter(({ kind }) => kind === 'demo');
    this.#rulebook = merged((played.length > 0 ? played : sources).map(({ rulebook }) => rulebook));
    this.#engine = null;
    for (const listener of this.#listeners) listener();
  }
}

/** Several sources as one: what a later one names again takes the place of what an earlier one gave. */
function merged(books: readonly Rulebook[]): Rulebook {
  const [only, second] = books;
  if (only === undefined) return EMPTY_RULEBOOK;
  if (second === undefined) return only;
  const id = ({ kind, namespace, name }: ListedObject) => JSON.stringify([kind, namespace, name]);
  return joinedRulebook(
    (read) => [...new Map(books.flatMap(read).map((object) => [id(object), object])).values()],
    // A folder tells of a part, which takes nothing from what the API says of all.
    books.some(({ cluster }) => cluster.complete),
  );
}
