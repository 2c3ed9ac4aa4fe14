import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import type { ReadProblem } from './read-problem.js';
import type { ValuePath } from './read-value.js';

/** One document of a file, parsed but not yet understood. */
export interface ParsedDocument {
  readonly value: unknown;
  /** Which of the file, counted from 1. */
  readonly place: number;
  /** The line that a path is at, counted from 1; of the nearest there is when it does not exist. */
  readonly lineOf: (path: ValuePath) => number;
}

export interface ParsedFile {
  readonly documents: readonly ParsedDocument[];
  readonly problems: readonly ReadProblem[];
}

/** Longer files are refused: what reads them holds several times their size. */
const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_DOCUMENTS = 100_000;
/** JSON longer than this is not read a second time: finding the lines of its errors would take minutes. */
const MAX_LINED = 4 * 1024 * 1024;
/** How often YAML aliases may multiply what is written, before the document is refused. */
const MAX_ALIASES = 100;

/** Splits a file into its YAML or JSON documents. Those that do not parse are problems and hide no others. */
export function parseDocuments(file: string, text: string): ParsedFile {
  const refuse = (message: string): ParsedFile => ({ documents: [], problems: [fileProblem(file, message)] });
  if (text.length > MAX_CHARACTERS) {
    return refuse(`expected at most ${MAX_CHARACTERS} characters, found ${text.length}: split the file`);
  }
  if (/^\s*[[{]/.test(text)) {
    const json = parseJson(text);
    if (json !== undefined) return { documents: [json], problems: [] };
  }
  try {
    return parseYaml(file, text);
  } catch (error) {
    // The parser calls itself for each level, so what is nested without end exhausts the stack.
    if (error instanceof RangeError) return refuse('expected fewer levels of nesting');
    throw error;
  }
}

function fileProblem(file: string, message: string): ReadProblem {
  return { severity: 'error', file, document: 0, path: '', line: 0, message };
}

/** JSON is read much faster as JSON; its lines are looked up only when something is wrong. */
function parseJson(text: string): ParsedDocument | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  let lines: ((path: ValuePath) => number) | null = null;
  return {
    value,
    place: 1,
    lineOf: (path) => {
      lines ??= text.length > MAX_LINED ? () => 0 : (parseYaml('', text).documents[0]?.lineOf ?? (() => 0));
      return lines(path);
    },
  };
}

function parseYaml(file: string, text: string): ParsedFile {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter, merge: true, prettyErrors: false });
  const documents: ParsedDocument[] = [];
  const problems: ReadProblem[] = [];
  const found = Array.isArray(parsed) ? parsed : [];
  for (const [index, document] of found.entries()) {
    const place = index + 1;
    if (place > MAX_DOCUMENTS) {
      problems.push(fileProblem(file, `expected at most ${MAX_DOCUMENTS} documents: split the file`));
      break;
    }
    const wrong = (message: string, offset: number): void => {
      const { line } = lineCounter.linePos(offset);
      problems.push({
        severity: 'error',
        file,
        document: place,
        path: '',
        line,
        message: `expected YAML: ${message}`,
      });
    };
    const [error] = document.errors;
    if (error !== undefined) {
      wrong(error.message, error.pos[0]);
      continue;
    }
    try {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      if (value === null || value === undefined) continue;
      documents.push({ value, place, lineOf: (path) => lineAt(document, path, lineCounter) });
    } catch (failure) {
      // Aliases that multiply, or one that leads to itself.
      wrong(failure instanceof Error ? failure.message : String(failure), document.range[0]);
    }
  }
  return { documents, problems };
}

function lineAt(document: Document.Parsed, path: ValuePath, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) return lines.linePos(node.range[0]).line;
  }
  return 0;
}
