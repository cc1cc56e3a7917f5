import {
  acceptCompletion,
  autocompletion,
  completionKeymap,
  startCompletion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { formulaCompletions } from '@fieldstone/metadata/language/formula-completions.js';
import { MAX_FORMULA_LENGTH } from '@fieldstone/metadata/language/formula-limits.js';
import type { FormulaIssue } from '@fieldstone/metadata/language/parse-formula.js';
import type { Scope } from '@fieldstone/metadata/language/scope.js';
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { placeText } from './computed-problems.js';

type Props = {
  value: string;
  scope: Scope;
  issues: readonly FormulaIssue[];
  onChange: (value: string) => void;
  /** Where somebody was writing already when the editor came; null for nobody. Read once, when it has come. */
  caret: RefObject<number | null>;
};

const look = EditorView.theme({
  '&': { border: '1px solid var(--fs-border-strong)', borderRadius: '6px', background: 'var(--fs-surface)', color: 'var(--fs-text)' },
  '&.cm-focused': { outline: '2px solid var(--fs-accent)', outlineOffset: '1px' },
  '.cm-content': { fontFamily: 'ui-monospace, monospace', fontSize: '13px', minHeight: '84px', caretColor: 'var(--fs-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--fs-text)' },
  '.cm-tooltip': { background: 'var(--fs-surface)', color: 'var(--fs-text)', border: '1px solid var(--fs-border)', maxWidth: '320px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { background: 'var(--fs-accent)', color: 'var(--fs-on-accent)' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.85' },
  '.cm-completionInfo': { padding: '6px 8px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--fs-danger)' },
});

/** A name, or the path of one, that ends where the caret is. */
const NAME_BEFORE = /[\w.]+$/;

function complete(scope: Scope, context: CompletionContext): CompletionResult | null {
  const isWriting = context.matchBefore(NAME_BEFORE) !== null;
  if (!isWriting && !context.explicit) return null;
  const { from, items } = formulaCompletions(context.state.doc.toString(), context.pos, scope);
  if (items.length === 0) return null;
  const options = items.map(({ kind, label, insert, detail, doc }) => ({
    label,
    apply: insert,
    detail,
    type: kind === 'field' ? 'property' : kind === 'function' ? 'function' : 'constant',
    ...(doc === undefined ? {} : { info: doc }),
  }));
  return { from, options, validFor: /^\w*$/ };
}

const diagnosticOf = (issue: FormulaIssue, end: number): Diagnostic => ({
  from: Math.min(issue.offset, end),
  to: Math.min(issue.offset + issue.length, end),
  severity: 'error',
  message: placeText(issue),
});

/**
 * The editor of formulas: fields and functions are offered while one types, and what is wrong is underlined.
 *
 * Shape:  it stands in a shadow root, where its styles are constructed sheets: the page allows no style elements. Tab leaves it, unless a
 *         completion is open.
 */
export default function FormulaEditor({ value, scope, issues, onChange, caret }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  // The editor is made once; what it calls is what the last rendering gave.
  const latest = useRef({ scope, onChange });
  latest.current = { scope, onChange };
  const first = useRef({ value, caret });
  // What was typed comes back as `value` a moment later, when more may have been typed: an echo must not take that away.
  const typed = useRef(new Set<string>());

  // In the same step that takes the plain one away: a key pressed between the two would go nowhere.
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: first.current.value,
        extensions: [
          history(),
          keymap.of([{ key: 'Tab', run: acceptCompletion }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          autocompletion({ override: [(context) => complete(latest.current.scope, context)], icons: false }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Formula' }),
          EditorState.changeFilter.of(({ newDoc }) => newDoc.length <= MAX_FORMULA_LENGTH),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            typed.current.add(text);
            latest.current.onChange(text);
          }),
          look,
        ],
      }),
    });
    view.current = made;
    const caretThen = first.current.caret.current;
    if (caretThen !== null) {
      const anchor = Math.min(caretThen, made.state.doc.length);
      made.dispatch({ selection: { anchor } });
      made.focus();
      // Names are offered while one is typed, and some of this one was typed before there was anybody to offer them.
      if (NAME_BEFORE.test(made.state.sliceDoc(0, anchor))) startCompletion(made);
    }
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    const made = view.current;
    if (made === null) return;
    const text = made.state.doc.toString();
    if (text === value) typed.current.clear();
    else if (!typed.current.has(value)) made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: value } });
    const end = made.state.doc.length;
    made.dispatch(
      setDiagnostics(
        made.state,
        issues.map((issue) => diagnosticOf(issue, end)),
      ),
    );
  }, [value, issues]);

  return <div ref={host} className="formula-editor" />;
}
