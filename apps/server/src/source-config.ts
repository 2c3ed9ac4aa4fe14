import { readFileSync } from 'node:fs';
import type { SourceKind } from '@vibrissa/protocol/messages';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';

const Path = Type.String({ minLength: 1, maxLength: 4_096 });
const TlsSchema = Type.Object(
  {
    ca: Type.Optional(Path),
    cert: Type.Optional(Path),
    key: Type.Optional(Path),
    serverName: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
  },
  { additionalProperties: false },
);
const SourceSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
    kind: Type.Enum(['hubble', 'goldmane']),
    address: Type.String({
      maxLength: 1_000,
      pattern: '^(unix:///.+|(\\[[0-9a-fA-F:.]+\\]|[^\\s:/\\[\\]]+):[0-9]{1,5})$',
    }),
    tls: Type.Optional(TlsSchema),
  },
  { additionalProperties: false },
);
const FileSchema = Type.Object(
  { sources: Type.Array(SourceSchema, { maxItems: 64 }) },
  { additionalProperties: false },
);
const file = Compile(FileSchema);
const source = Compile(SourceSchema);

/** Where certificates and keys are; files in PEM, read anew at each connection. */
export type TlsFiles = Static<typeof TlsSchema>;

/** One upstream, as it was configured. */
export interface SourceSpec {
  readonly name: string;
  readonly kind: SourceKind;
  /** `host:port` or `unix:///path`. */
  readonly address: string;
  /** Null is plaintext. */
  readonly tls: TlsFiles | null;
}

/** Sources that cannot be used as they are written. The message names where and what to do. */
export class SourceConfigError extends Error {
  readonly code = 'bad-sources';
  override readonly name = 'SourceConfigError';
}

const ADDRESS_REMEDY = 'write host:port, [address]:port or unix:///path';

/**
 * Sources as a setting lists them, with commas: `host:port` or `name=host:port`. Undefined when one of them is
 * neither. Those without a name get the kind's.
 */
export function readSourceList(text: string, kind: SourceKind): readonly SourceSpec[] | undefined {
  const specs: SourceSpec[] = [];
  for (const part of text.split(',')) {
    const entry = part.trim();
    if (entry === '') continue;
    const equals = entry.indexOf('=');
    const fallback = specs.length === 0 ? kind : `${kind}-${specs.length + 1}`;
    const name = equals < 0 ? fallback : entry.slice(0, equals).trim();
    const spec = { name, kind, address: entry.slice(equals + 1).trim() };
    if (!source.Check(spec)) return undefined;
    specs.push({ ...spec, tls: null });
  }
  return specs;
}

/** The sources a YAML file lists. Throws SourceConfigError, which names the file and the place in it. */
export function readSourceFile(path: string): readonly SourceSpec[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SourceConfigError(`${path}: cannot be read (${wordsOf(error)}); name a file that can be`);
  }
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 }) ?? { sources: [] };
  } catch (error) {
    throw new SourceConfigError(`${path}: is not YAML: ${wordsOf(error)}`);
  }
  if (!file.Check(value)) throw new SourceConfigError(`${path}: ${problemOf(value)}`);
  const specs = value.sources.map(({ tls, ...spec }) => ({ ...spec, tls: tls ?? null }));
  for (const [at, { tls }] of specs.entries()) {
    if (tls === null || (tls.cert === undefined) === (tls.key === undefined)) continue;
    throw new SourceConfigError(
      `${path}: sources[${at}].tls: cert and key go together; write both or neither`,
    );
  }
  checkNames(specs, path);
  return specs;
}

/** Throws SourceConfigError when two sources have the same name: each is shown by it. */
export function checkNames(specs: readonly SourceSpec[], where: string): void {
  const names = new Set<string>();
  for (const { name } of specs) {
    if (names.has(name)) {
      throw new SourceConfigError(`${where}: two sources are called ${name}; give each a name of its own`);
    }
    names.add(name);
  }
}

function problemOf(value: unknown): string {
  const [error] = file.Errors(value);
  const place = (error?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
  if (place.endsWith('.address')) return `${place}: is no address; ${ADDRESS_REMEDY}`;
  const reason = error?.keyword === 'boolean' ? 'is not a field of a source' : error?.message;
  return `${place === '' ? 'the file' : place}: ${reason ?? 'is not as it must be'}; write a list "sources" of {name, kind: hubble or goldmane, address, tls: {ca, cert, key, serverName}}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : String(error);
}
