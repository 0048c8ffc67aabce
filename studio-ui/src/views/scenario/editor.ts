/** CodeMirror, set up for a scenario's files. It lives in a shadow root, where its styles are adopted sheets. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Text, Transaction, type Extension } from '@codemirror/state';
import {
  drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Fault } from '../../lib/types';
import { changeBetween } from './merging';

export interface EditorWords {
  label: string;
  /** CodeMirror's own phrases in the reader's language. */
  phrases: Record<string, string>;
}

export interface Editor {
  view: EditorView;
  /** Show another file, or the same one as somebody else left it; the cursor stays where it was as far as it can. */
  show(name: string, text: string): void;
  mark(faults: readonly Fault[], told: (fault: Fault) => string): void;
  goTo(line: number): void;
  setReadonly(readonly: boolean): void;
  destroy(): void;
}

const THEME = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--ink)', backgroundColor: 'var(--paper)' },
  '.cm-scroller': { fontFamily: 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '8px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--panel)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--link) 7%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--link) 14%, transparent)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--link)', outlineOffset: '-2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--link) 28%, transparent) !important',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--surface) 28%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--surface) 55%, transparent)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--ink)', borderColor: 'var(--rule)' },
  '.cm-panel.cm-search': { padding: '6px 30px 8px 8px', font: '13px/1.5 var(--font)' },
  '.cm-panel.cm-search label': { fontSize: '13px' },
  '.cm-textfield': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--muted)', borderRadius: '4px', fontSize: '13px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--rule)', borderRadius: '4px', fontSize: '13px' },
  '.cm-tooltip': { backgroundColor: 'var(--paper)', color: 'var(--ink)', border: '1px solid var(--rule)', borderRadius: '6px', boxShadow: '0 4px 14px rgb(0 0 0 / .18)' },
  '.cm-diagnostic': { padding: '4px 10px', font: '13px/1.45 var(--font)', maxWidth: '46em', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--short)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--short) 1.5px', textUnderlineOffset: '3px' },
  '.cm-lint-marker-error': { content: 'normal' },
  '.cm-lint-marker-error::before': { content: '"✚"', color: 'var(--short)', fontWeight: '700', fontSize: '14px', lineHeight: '1.45' },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--link)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string), tags.attributeValue], color: 'var(--underwater)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--surface)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.squareBracket, tags.brace], color: 'var(--muted)' },
  { tag: [tags.labelName, tags.typeName], color: 'var(--surface)' },
]);

/** YAML reads JSON too; tables have no colours. */
const languageOf = (name: string): Extension => (/\.(ya?ml|geojson|json)$/.test(name) ? yaml() : []);

export function makeEditor(parent: ShadowRoot, words: EditorWords, typed: (name: string, text: string) => void): Editor {
  const [language, editable] = [new Compartment(), new Compartment()];
  const kept = new Map<string, EditorState>();
  let shown = '';
  let readonly = false;

  const lock = () => [EditorState.readOnly.of(readonly), EditorView.contentAttributes.of({ 'aria-readonly': String(readonly) })];
  const extensions = (name: string): Extension => [
    lineNumbers(), lintGutter(), history(), drawSelection(), highlightSpecialChars(), bracketMatching(), highlightActiveLine(),
    highlightActiveLineGutter(), highlightSelectionMatches(), search({ top: true }), indentUnit.of('  '),
    keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, indentWithTab, ...defaultKeymap]),
    EditorState.phrases.of(words.phrases), EditorState.tabSize.of(2), syntaxHighlighting(COLOURS), THEME,
    EditorView.contentAttributes.of({ 'aria-label': words.label, spellcheck: 'false', autocapitalize: 'off', tabindex: '0' }),
    language.of(languageOf(name)), editable.of(lock()),
    EditorView.updateListener.of((update) => {
      const mine = update.transactions.some((each) => each.docChanged && !each.annotation(Transaction.remote));
      if (mine) typed(shown, update.state.sliceDoc());
    }),
  ];

  const holder = document.createElement('div');
  holder.className = 'holder';
  parent.append(holder);
  const view = new EditorView({ parent: holder, root: parent });

  function show(name: string, text: string): void {
    if (name !== shown) {
      if (shown) kept.set(shown, view.state);
      shown = name;
      view.setState(kept.get(name) ?? EditorState.create({ doc: text, extensions: [separatorOf(text), extensions(name)] }));
      view.dispatch({ effects: editable.reconfigure(lock()) });
    }
    const change = changeOf(view.state.doc, text);
    if (change) view.dispatch({ changes: change, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] });
  }

  function mark(faults: readonly Fault[], told: (fault: Fault) => string): void {
    const diagnostics = faults.filter((fault) => fault.file === shown).map((fault) => diagnosticOf(fault, view.state.doc, told(fault)));
    view.dispatch(setDiagnostics(view.state, diagnostics.sort((a, b) => a.from - b.from)));
  }

  return {
    view, show, mark,
    goTo(line) {
      const { doc } = view.state;
      const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
      view.dispatch({ selection: { anchor: found.from }, effects: EditorView.scrollIntoView(found.from, { y: 'center' }) });
      view.focus();
    },
    setReadonly(now) {
      readonly = now;
      view.dispatch({ effects: editable.reconfigure(lock()) });
    },
    destroy: () => view.destroy(),
  };
}

/** A file whose every line ends in CRLF keeps doing so. */
const separatorOf = (text: string): Extension =>
  text.includes('\r\n') && !/(^|[^\r])\n/.test(text) ? EditorState.lineSeparator.of('\r\n') : [];

/** The least change that makes a document another text; null where it is that. */
export function changeOf(doc: Text, text: string): { from: number; to: number; insert: Text } | null {
  const change = changeBetween(doc.toString(), text.replaceAll('\r\n', '\n'));
  return change && { ...change, insert: Text.of(change.insert.split('\n')) };
}

/** A fault's words on its line where they stand there, else the line. */
export function diagnosticOf(fault: Fault, doc: Text, message: string): Diagnostic {
  const line = doc.line(Math.min(Math.max(fault.line, 1), doc.lines));
  const at = fault.found ? line.text.indexOf(fault.found) : -1;
  const from = at < 0 ? line.from + (line.text.length - line.text.trimStart().length) : line.from + at;
  const to = at < 0 ? line.to : from + fault.found.length;
  return { from, to, severity: 'error', message };
}
