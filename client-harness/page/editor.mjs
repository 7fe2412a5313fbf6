// The editor for a scenario: CodeMirror with what this page needs of it, bundled by build.mjs.
import { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { StreamLanguage, HighlightStyle, syntaxHighlighting, bracketMatching } from '@codemirror/language';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { linter, lintGutter, lintKeymap, forceLinting } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { completionsAt } from './completion.mjs';

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--head)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--data)' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--tls)' },
]);

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--ground)', fontSize: '.85rem', height: '100%' },
  '.cm-scroller': { fontFamily: '"DejaVu Sans Mono", ui-monospace, monospace', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--text)', border: '1px solid var(--edge)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--link)', color: 'var(--ground)' },
  '@media (max-width: 40rem)': { '.cm-tooltip.cm-completionInfo': { display: 'none' } }, // it would cover the list
  '.cm-lintRange-error': { textDecoration: 'underline wavy var(--trouble)', backgroundImage: 'none' },
  '.cm-lintRange-warning': { textDecoration: 'underline wavy var(--doubt)', backgroundImage: 'none' },
  '&.cm-focused': { outline: '3px solid var(--link)' },
});

/** What `check` says, in the editor's terms: from a word's beginning to its end. */
function marks(state, diagnostics) {
  return diagnostics.map((each) => {
    const line = state.doc.line(Math.min(Math.max(each.line, 1), state.doc.lines));
    const from = Math.min(line.from + Math.max(each.column - 1, 0), line.to);
    const word = /^["'\w.[\]-]+/.exec(state.doc.sliceString(from, line.to));
    const to = Math.max(from, from + (word ? word[0].length : line.to - from));
    return { from, to, severity: each.severity, message: each.hint ? `${each.message} (${each.hint})` : each.message };
  });
}

/**
 * An editor in a shadow root below `parent`, for its style sheets are no inline ones there, which the
 * page's policy refuses. `check(text)` answers with diagnostics, `schema()` with the scenario's schema.
 */
export function makeEditor(parent, { label, check, schema, changed }) {
  const root = parent.attachShadow({ mode: 'open' });
  const place = document.createElement('div');
  place.part = 'editor';
  root.append(place);
  const lint = linter(async (view) => marks(view.state, await check(view.state.doc.toString())), { delay: 250 });
  const complete = (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const above = context.state.doc.sliceString(0, line.from);
    const found = completionsAt(schema(), above, before);
    if (!found || (!context.explicit && found.typed === '')) return null;
    return { from: context.pos - found.typed.length, options: found.options, validFor: /^[\w"-]*$/ };
  };
  const view = new EditorView({
    root,
    parent: place,
    state: EditorState.create({
      extensions: [
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
        StreamLanguage.define(toml), syntaxHighlighting(colours), lint, lintGutter(),
        autocompletion({ override: [complete], icons: false }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', spellcheck: 'false', autocapitalize: 'off' }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
        EditorView.lineWrapping,
        look,
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    set(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      forceLinting(view);
    },
    /** Puts the cursor at a place that a diagnostic names. */
    go(lineNumber, column) {
      const line = view.state.doc.line(Math.min(lineNumber, view.state.doc.lines));
      const at = Math.min(line.from + column - 1, line.to);
      view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
      view.focus();
    },
  };
}
