import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap } from '@codemirror/lint';
import { EditorState, type Extension, type Text } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { ReadProblem } from '@vibrissa/policy';
import { completeYaml, type YamlOption } from './complete-yaml.js';
import type { KnownNames } from './known-names.js';

/** The same inks as in YAML elsewhere: keys a little quieter than values. */
const inks = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--ink-2)' },
  { tag: tags.definition(tags.propertyName), color: 'var(--ink-2)' },
  { tag: [tags.string, tags.content, tags.number, tags.bool], color: 'var(--ink)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--ink-3)' },
  { tag: tags.meta, color: 'var(--ink-3)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'var(--surface)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '12px / 1.65 var(--mono)', fontVariantLigatures: 'none', overflow: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 12px 0 4px' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--ink-3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 12px', minWidth: '34px' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 5%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 22%, transparent)',
  },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'transparent',
    outline: '1px solid var(--line-strong)',
  },
  '.cm-tooltip': {
    border: 'none',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--raised)',
    boxShadow: 'var(--shadow)',
    color: 'var(--ink)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { font: '12px / 1.5 var(--mono)', maxHeight: '264px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { display: 'flex', gap: '14px', padding: '3px 10px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-bg)', color: 'var(--ink)' },
  '.cm-completionLabel': { flex: '1' },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-completionDetail': { color: 'var(--ink-2)', font: '12px / 1.5 var(--font)', fontStyle: 'normal' },
  '.cm-tooltip-lint': { font: '12px / 1.5 var(--font)' },
  '.cm-diagnostic': { padding: '6px 10px', maxWidth: '460px' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--accent)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--control-line)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--accent) 1px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--control-line) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-gutter-lint': { width: '12px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '4px 0 0 4px' },
  '.cm-lint-marker': { width: '8px', height: '8px', content: 'none', borderRadius: '2px' },
  '.cm-lint-marker-error': { content: 'none', backgroundColor: 'var(--accent)' },
  '.cm-lint-marker-warning': { content: 'none', backgroundColor: 'var(--control-line)' },
});

export interface EditorDeps {
  readonly label: string;
  readonly names: () => KnownNames;
  readonly onChange: (text: string) => void;
}

/** All that makes a plain text field into an editor of policies. */
export function editorSetup({ label, names, onChange }: EditorDeps): Extension {
  return [
    lineNumbers(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    yaml(),
    syntaxHighlighting(inks),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    autocompletion({
      override: [(context) => completionsAt(context, names())],
      icons: false,
      maxRenderedOptions: 200,
    }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      // Escape and then Tab leaves the editor, as the library has it.
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
    look,
  ];
}

const SORTS: Readonly<Record<YamlOption['sort'], number>> = { start: 3, field: 2, value: 2, name: 1 };

function completionsAt(context: CompletionContext, names: KnownNames): CompletionResult | null {
  const found = completeYaml(context.state.doc.toString(), context.pos, names);
  if (found === null) return null;
  // Nothing typed and nothing asked: a list over an empty line would only be in the way.
  const line = context.state.doc.lineAt(context.pos);
  const isFresh =
    found.from === context.pos && !/[:\-[,(&|!]\s*$/.test(line.text.slice(0, context.pos - line.from));
  if (isFresh && !context.explicit) return null;
  return {
    from: found.from,
    options: found.options.map(
      ({ label, doc, apply, sort }, at): Completion => ({
        label,
        // In the order of the schema among their like: names are told apart by what is typed anyway.
        boost: SORTS[sort] - at / 1_000,
        ...(doc !== '' && { detail: doc }),
        ...(apply !== undefined && { apply }),
      }),
    ),
    validFor: /^[\w./-]*$/,
  };
}

/** Problems as marks on their lines. Those of the text as a whole stand at its first. */
export function diagnosticsOf(problems: readonly ReadProblem[], doc: Text): Diagnostic[] {
  return problems.map(({ line, path, severity, message }) => {
    const at = doc.line(Math.max(1, Math.min(doc.lines, line)));
    const indent = at.text.length - at.text.trimStart().length;
    return {
      from: at.from + Math.min(indent, at.length),
      to: at.to,
      severity,
      message: path === '' ? message : `${path}: ${message}`,
    };
  });
}
