/** Where in a YAML text somebody types, as far as indentation tells. */
export interface YamlPlace {
  /** Keys and positions from the document's root to what is typed. Of a key it leads to the mapping around it. */
  readonly path: readonly (string | number)[];
  /** A key is typed, or a value; or nothing yet behind the dash of a list, which may become either. */
  readonly what: 'key' | 'value' | 'item';
  /** What is typed of it already, and where that begins in the text. */
  readonly typed: string;
  readonly from: number;
  /** Columns before a key that is typed here. */
  readonly indent: number;
  /** What the document says of its kind. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Keys that the mapping around has already. */
  readonly siblings: readonly string[];
  /** What the field `key` beside it says, of a condition on a label. */
  readonly labelKey: string;
}

interface Token {
  readonly column: number;
  /** Null for the dash of a list. */
  readonly key: string | null;
  /** What stands behind the colon or, of a list of plain values, behind the dash. */
  readonly value: string;
}

/** A step of the path: a key of a mapping, or a place in a list. */
interface Step {
  readonly column: number;
  step: string | number;
}

const KEY = /^((?:"[^"]*"|'[^']*'|[^\s:#'"[{-][^:#]*|-(?=\S)[^:#]*))\s*:(?=\s|$)\s*(.*)$/;

/** The place of an offset in a text of YAML documents. Only what stands before it in the document counts. */
export function yamlPlace(text: string, offset: number): YamlPlace {
  const [start, end] = documentAround(text, offset);
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = start < lineStart ? text.slice(start, lineStart).split('\n') : [];
  const typedLine = text.slice(lineStart, offset);
  const path: Step[] = [];
  for (const line of before) for (const token of tokens(line)) enter(path, token);

  const here = tokens(typedLine);
  const last = here.at(-1);
  for (const token of here) enter(path, token);
  const document = text.slice(start, end).split('\n');
  const rest = last === undefined ? typedLine.trimStart() : last.value;
  const typed = last?.key === undefined || last.key === null ? rest : flowRest(rest);
  const indent = offset - typed.length - lineStart;
  // A key that is begun belongs to the mapping that stands at its column.
  if (last === undefined) leave(path, indent);
  const isFlow = last?.key != null && /^\[/.test(rest);
  const steps = [...path.map(({ step }) => step), ...(isFlow ? [0] : [])];
  const what = last === undefined ? 'key' : last.key === null ? 'item' : 'value';
  return {
    path: steps,
    what,
    typed,
    from: offset - typed.length,
    indent,
    apiVersion: fieldAt(document, 'apiVersion'),
    kind: fieldAt(document, 'kind'),
    ...neighbours(text, start, end, lineStart, indent, what),
  };
}

function documentAround(text: string, offset: number): readonly [start: number, end: number] {
  const dashes = /^---.*$/gm;
  let start = 0;
  for (let found = dashes.exec(text); found !== null; found = dashes.exec(text)) {
    const next = found.index + found[0].length + 1;
    if (next > offset) return [start, found.index];
    start = next;
  }
  return [start, text.length];
}

/** The dashes and keys of a line. A line that is a comment has none. */
function tokens(line: string): readonly Token[] {
  const found: Token[] = [];
  let column = line.length - line.trimStart().length;
  let rest = line.slice(column);
  if (rest.startsWith('#')) return [];
  for (let dash = /^-(\s+|$)/.exec(rest); dash !== null; dash = /^-(\s+|$)/.exec(rest)) {
    rest = rest.slice(dash[0].length);
    found.push({ column, key: null, value: rest });
    column += dash[0].length;
  }
  const said = KEY.exec(rest);
  if (said?.[1] !== undefined) {
    const key = said[1].trim().replace(/^(['"])(.*)\1$/, '$2');
    found.push({ column, key, value: said[2] ?? '' });
  }
  return found;
}

function enter(path: Step[], { column, key }: Token): void {
  if (key === null) {
    while ((path.at(-1)?.column ?? -1) > column) path.pop();
    const top = path.at(-1);
    if (top !== undefined && top.column === column && typeof top.step === 'number') top.step += 1;
    else path.push({ column, step: 0 });
  } else {
    leave(path, column);
    path.push({ column, step: key });
  }
}

/** Goes back to what a key at this column belongs to. */
function leave(path: Step[], column: number): void {
  while ((path.at(-1)?.column ?? -1) >= column) path.pop();
}

/** Of a list in brackets the part behind the last comma. */
function flowRest(rest: string): string {
  if (!rest.startsWith('[')) return rest;
  return rest.slice(Math.max(rest.lastIndexOf(','), 0) + 1).trimStart();
}

function fieldAt(lines: readonly string[], name: string): string {
  const line = lines.find((one) => one.startsWith(`${name}:`));
  return (line ?? '')
    .slice(name.length + 1)
    .replace(/#.*$/, '')
    .trim()
    .replace(/^(['"])(.*)\1$/, '$2');
}

/** Keys at the same column around the line, up to where the mapping ends. */
function neighbours(
  text: string,
  start: number,
  end: number,
  lineStart: number,
  indent: number,
  what: YamlPlace['what'],
): Pick<YamlPlace, 'siblings' | 'labelKey'> {
  const lineEnd = text.indexOf('\n', lineStart);
  const own = tokens(text.slice(lineStart, lineEnd === -1 ? end : lineEnd));
  const column = what === 'value' ? (own.at(-1)?.column ?? indent) : indent;
  const found: Token[] = [];
  const walk = (lines: readonly string[], isUp: boolean) => {
    for (const line of lines) {
      const at = tokens(line);
      const first = at[0];
      if (first === undefined) continue;
      const same = at.find((token) => token.column === column && token.key !== null);
      // A dash before the column begins an item: upwards its first key still belongs, downwards it does not.
      const isEdge = first.column < column;
      if (isEdge && !(isUp && first.key === null && same !== undefined)) return;
      if (same !== undefined) found.push(same);
      if (isEdge) return;
    }
  };
  // The line itself may begin the item.
  const beginsItem = own[0]?.key === null;
  if (!beginsItem && start < lineStart) walk(text.slice(start, lineStart).split('\n').reverse(), true);
  if (lineEnd !== -1 && lineEnd < end) walk(text.slice(lineEnd + 1, end).split('\n'), false);
  const self = own.find((token) => token.column === column && token.key !== null);
  if (self !== undefined && what === 'value') found.push(self);
  // The key of a condition may stand a level above the list of its values.
  const named = found.find(({ key }) => key === 'key') ?? keyAbove(text.slice(start, lineStart), column);
  return {
    siblings: found.flatMap(({ key }) => (key === null ? [] : [key])),
    labelKey: named?.value.replace(/^(['"])(.*)\1$/, '$2') ?? '',
  };
}

/** The nearest `key:` above that is not deeper than the column. */
function keyAbove(text: string, column: number): Token | undefined {
  for (const line of text.split('\n').reverse()) {
    const token = tokens(line).find(({ key }) => key === 'key');
    if (token !== undefined) return token.column <= column ? token : undefined;
  }
  return undefined;
}
