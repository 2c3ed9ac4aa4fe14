import type { Side, Visit } from './read-row.js';
import type { Operator } from './tree.js';

interface FieldBase {
  /** The canonical name: what trees and printed filters say. */
  readonly name: string;
  /** Other names the parser takes. */
  readonly aliases: readonly string[];
  /** What it is called in a sentence. */
  readonly noun: string;
  readonly help: string;
  readonly operators: readonly Operator[];
  /** Values to offer. For `enum` they are all there are. */
  readonly choices: readonly string[];
  /** Spellings of values the parser takes, lower case, to the canonical one. */
  readonly synonyms: Readonly<Record<string, string>>;
  /** Whether plain words look into it. What a searched field covers (workload by name, address by ip and dns) need not. */
  readonly searched: boolean;
}

/** A field whose values are texts. */
export interface TextField extends FieldBase {
  readonly type: 'text' | 'enum' | 'ip' | 'label';
  /** Letters of its values are lower case, however they are typed. */
  readonly lowerCase: boolean;
  readonly some: Visit<string>;
  /** The values people know it by, where `some` has more (every spelling that `=` accepts). */
  readonly listed: Visit<string>;
}

/** A field whose values are numbers: plain, bytes, or milliseconds. */
export interface NumberField extends FieldBase {
  readonly type: 'number' | 'bytes' | 'duration';
  readonly max: number;
  readonly some: Visit<number>;
}

/** One row of the table of fields. */
export type Field = TextField | NumberField;

export type FieldType = Field['type'];

const TEXT_OPERATORS: readonly Operator[] = ['=', '!=', '~', '!~'];
const ENUM_OPERATORS: readonly Operator[] = ['=', '!='];
const NUMBER_OPERATORS: readonly Operator[] = ['=', '!=', '>', '>=', '<', '<='];
const DURATION_OPERATORS: readonly Operator[] = ['<', '<=', '>', '>='];

type TextOptions = Pick<TextField, 'name' | 'noun' | 'help' | 'some'> & Partial<Omit<TextField, 'name'>>;

/** A row for texts, with what is left unsaid. */
export function text(options: TextOptions): TextField {
  const type = options.type ?? 'text';
  return {
    type,
    aliases: [],
    operators: type === 'enum' ? ENUM_OPERATORS : TEXT_OPERATORS,
    choices: [],
    synonyms: {},
    searched: false,
    lowerCase: false,
    listed: options.some,
    ...options,
  };
}

type NumberOptions = Pick<NumberField, 'name' | 'noun' | 'help' | 'some'> &
  Partial<Omit<NumberField, 'name'>>;

const TYPICAL: Readonly<Record<NumberField['type'], readonly string[]>> = {
  number: [],
  bytes: ['1kB', '1MB', '1GB'],
  duration: ['30s', '5m', '1h'],
};

/** A row for numbers, with what is left unsaid. */
export function number(options: NumberOptions): NumberField {
  const type = options.type ?? 'number';
  return {
    type,
    aliases: [],
    operators: type === 'duration' ? DURATION_OPERATORS : NUMBER_OPERATORS,
    choices: TYPICAL[type],
    synonyms: {},
    searched: false,
    max: Number.MAX_SAFE_INTEGER,
    ...options,
  };
}

type EndOptions = Omit<TextOptions, 'some' | 'listed'> & {
  readonly some: (side: Side) => Visit<string>;
  readonly listed?: (side: Side) => Visit<string>;
  /** Names for the whole of a side: `source=frontend`. */
  readonly whole?: boolean;
};

/** The three fields of one thing of an endpoint: of either end, of the source, of the destination. */
export function ends({ some, listed, whole = false, ...options }: EndOptions): readonly TextField[] {
  const names = [options.name, ...(options.aliases ?? [])];
  const field = (side: Side, rest: Partial<TextField>) =>
    text({ ...options, some: some(side), listed: (listed ?? some)(side), ...rest });
  return [
    field('either', { help: `${options.help} Of the source or the destination.` }),
    field('source', {
      name: `source.${options.name}`,
      noun: `source ${options.noun}`,
      help: `${options.help} Of the source.`,
      aliases: [...prefixed(['source', 'src'], names), ...(whole ? ['source', 'src'] : [])],
      searched: false,
    }),
    field('dest', {
      name: `dest.${options.name}`,
      noun: `destination ${options.noun}`,
      help: `${options.help} Of the destination.`,
      aliases: [
        ...prefixed(['dest', 'dst', 'destination'], names),
        ...(whole ? ['dest', 'dst', 'destination'] : []),
      ],
      searched: false,
    }),
  ];
}

/** Every name under every prefix, but the canonical one: the first under the first. */
export function prefixed([canonical = '', ...others]: readonly string[], names: readonly string[]): string[] {
  const own = `${canonical}.${names[0] ?? ''}`;
  return [canonical, ...others]
    .flatMap((side) => names.map((name) => `${side}.${name}`))
    .filter((n) => n !== own);
}

export function isNumberField(field: Field): field is NumberField {
  return field.type === 'number' || field.type === 'bytes' || field.type === 'duration';
}
