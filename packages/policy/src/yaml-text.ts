/**
 * Plain data as block YAML: texts, numbers, truth values, lists and maps; what is undefined is left out. Every reader
 * takes it for the same, those of YAML 1.1 too, which kubectl has: there `yes` is a truth value, `2026-01-02` a time
 * and `0x10` a number, so such texts are quoted. `comments` are lines to put before an item of a list, keyed by the
 * item.
 */
export function yamlText(value: unknown, comments: ReadonlyMap<unknown, readonly string[]> = NONE): string {
  if (!isBlock(value)) return `${scalar(value)}\n`;
  const lines: string[] = [];
  block(value, '', comments, lines);
  return `${lines.join('\n')}\n`;
}

const NONE: ReadonlyMap<unknown, readonly string[]> = new Map();

function block(
  value: object,
  pad: string,
  comments: ReadonlyMap<unknown, readonly string[]>,
  lines: string[],
): void {
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) {
      for (const comment of comments.get(item) ?? []) lines.push(`${pad}#${comment}`);
      if (!isBlock(item)) {
        lines.push(`${pad}- ${scalar(item)}`);
        continue;
      }
      // An item begins on the line of its dash.
      const first = lines.length;
      block(item, `${pad}  `, comments, lines);
      lines[first] = `${pad}- ${(lines[first] ?? '').slice(pad.length + 2)}`;
    }
    return;
  }
  for (const [key, inner] of Object.entries(value) as readonly (readonly [string, unknown])[]) {
    if (inner === undefined) continue;
    if (isBlock(inner)) {
      lines.push(`${pad}${text(key)}:`);
      block(inner, `${pad}  `, comments, lines);
    } else lines.push(`${pad}${text(key)}: ${scalar(inner)}`);
  }
}

/** True for what does not fit on a line. */
function isBlock(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.values(value).some((inner) => inner !== undefined);
}

function scalar(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[]' : '{}';
  return typeof value === 'string' ? text(value) : String(value);
}

/** Begins with nothing that means something, and holds neither `:` nor `#`. */
const PLAIN = /^[A-Za-z_/(][A-Za-z0-9_./()=!&|<>'",{}+ -]*$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/;
const TAKEN = /^(y|n|yes|no|on|off|true|false|null)$/i;

function text(value: string): string {
  if ((PLAIN.test(value) && !value.endsWith(' ') && !TAKEN.test(value)) || IPV4.test(value)) return value;
  // JSON's quotes are YAML's but for what only YAML breaks lines at, or does not take as it is.
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
