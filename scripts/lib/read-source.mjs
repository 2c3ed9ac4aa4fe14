import { parseSync, Visitor } from 'vite';

/**
 * What the rules look at in one source file.
 * @typedef {{ to: string, line: number }} Import
 * @typedef {{ what: 'clock' | 'environment', line: number }} Use
 * @typedef {{ imports: readonly Import[], uses: readonly Use[] }} Source
 */

/**
 * Reads the import statements of a file, types included, and where it asks for the time or the environment.
 * @param {string} path ends in .ts or .tsx
 * @param {string} text
 * @returns {Source}
 */
export function readSource(path, text) {
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new SyntaxError(`${path}: ${errors[0].message}`);
  /** @type {Import[]} */
  const imports = [];
  /** @type {Use[]} */
  const uses = [];

  /** @param {{ start: number }} node */
  const lineOf = ({ start }) => text.slice(0, start).split('\n').length;
  /** @param {{ start: number, source?: unknown }} node */
  const add = (node) => {
    const source = node.source;
    if (isText(source)) imports.push({ to: source.value, line: lineOf(node) });
  };

  new Visitor({
    ImportDeclaration: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
    ImportExpression: add,
    TSImportType: add,
    MemberExpression(node) {
      const name = dotted(node);
      if (name === 'Date.now') uses.push({ what: 'clock', line: lineOf(node) });
      if (name === 'process.env') uses.push({ what: 'environment', line: lineOf(node) });
    },
    NewExpression(node) {
      const isNow =
        node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0;
      if (isNow) uses.push({ what: 'clock', line: lineOf(node) });
    },
  }).visit(program);
  return { imports, uses };
}

/**
 * @param {unknown} node
 * @returns {node is { value: string }}
 */
function isText(node) {
  return typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string';
}

/** @param {import('vite').ESTree.MemberExpression} node */
function dotted(node) {
  if (node.object.type !== 'Identifier' || node.computed || node.property.type !== 'Identifier') return '';
  return `${node.object.name}.${node.property.name}`;
}
