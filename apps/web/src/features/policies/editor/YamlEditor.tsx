import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { ReadProblem } from '@vibrissa/policy';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import type { KnownNames } from './known-names.js';
import styles from './YamlEditor.module.css';
import { diagnosticsOf, editorSetup } from './yaml-editor-setup.js';

export interface YamlEditorHandle {
  /** Puts the cursor at a line, counted from 1. */
  readonly toLine: (line: number) => void;
}

export interface YamlEditorProps {
  readonly ref?: Ref<YamlEditorHandle>;
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly problems: readonly ReadProblem[];
  readonly names: KnownNames;
}

/** A text of policies to edit, with what may be written offered and what is wrong marked. */
export function YamlEditor({ ref, label, text, onChange, problems, names }: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ names, onChange, text });
  useEffect(() => {
    latest.current = { names, onChange, text };
  });

  useEffect(() => {
    if (host.current === null) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: editorSetup({
          label,
          names: () => latest.current.names,
          onChange: (next) => latest.current.onChange(next),
        }),
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [label]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(problems, editor.state.doc)));
  }, [problems]);

  useImperativeHandle(ref, () => ({
    toLine: (line) => {
      const editor = view.current;
      if (editor === null) return;
      const at = editor.state.doc.line(Math.max(1, Math.min(editor.state.doc.lines, line)));
      editor.dispatch({
        selection: { anchor: at.to },
        effects: EditorView.scrollIntoView(at.from, { y: 'center' }),
      });
      editor.focus();
    },
  }));

  return <div ref={host} className={styles.editor} />;
}
