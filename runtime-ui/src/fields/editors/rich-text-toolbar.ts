import type { Editor } from '@tiptap/core';
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../texts/text.js';
import { safeAddress } from '../safe-address.js';

type Tool = { readonly sign: string; readonly name: string; readonly isOn?: () => boolean; readonly can?: () => boolean; run(): void };

/** Which button Tab stops at, and whether the address of a link is being typed; for each editor that is open. */
const states = new WeakMap<Editor, { stop: number; isLinking: boolean }>();

function toolsOf(editor: Editor, link: () => void): Tool[] {
  const chain = () => editor.chain().focus();
  return [
    { sign: 'B', name: t('rich.bold'), isOn: () => editor.isActive('bold'), run: () => chain().toggleBold().run() },
    { sign: 'I', name: t('rich.italic'), isOn: () => editor.isActive('italic'), run: () => chain().toggleItalic().run() },
    { sign: '‹›', name: t('rich.code'), isOn: () => editor.isActive('code'), run: () => chain().toggleCode().run() },
    {
      sign: 'H',
      name: t('rich.heading'),
      isOn: () => editor.isActive('heading', { level: 3 }),
      run: () => chain().toggleHeading({ level: 3 }).run(),
    },
    {
      sign: 'h',
      name: t('rich.subheading'),
      isOn: () => editor.isActive('heading', { level: 4 }),
      run: () => chain().toggleHeading({ level: 4 }).run(),
    },
    { sign: '•', name: t('rich.bullets'), isOn: () => editor.isActive('bulletList'), run: () => chain().toggleBulletList().run() },
    { sign: '1.', name: t('rich.numbers'), isOn: () => editor.isActive('orderedList'), run: () => chain().toggleOrderedList().run() },
    { sign: '”', name: t('rich.quote'), isOn: () => editor.isActive('blockquote'), run: () => chain().toggleBlockquote().run() },
    { sign: '{ }', name: t('rich.block'), isOn: () => editor.isActive('codeBlock'), run: () => chain().toggleCodeBlock().run() },
    { sign: t('rich.link'), name: t('rich.link'), isOn: () => editor.isActive('link'), run: link },
    { sign: '↶', name: t('rich.undo'), can: () => editor.can().undo(), run: () => chain().undo().run() },
    { sign: '↷', name: t('rich.redo'), can: () => editor.can().redo(), run: () => chain().redo().run() },
  ];
}

/** Buttons for what a text can be made of: one stop for Tab, arrow keys between them. */
export function toolbar(editor: Editor, draw: () => void): TemplateResult {
  const state = states.get(editor) ?? { stop: 0, isLinking: false };
  states.set(editor, state);
  const set = (change: Partial<typeof state>) => {
    Object.assign(state, change);
    draw();
  };
  const tools = toolsOf(editor, () => set({ isLinking: !state.isLinking }));
  const moved = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set({ stop: (state.stop + step + tools.length) % tools.length });
    (event.currentTarget as HTMLElement).querySelectorAll('button')[state.stop]?.focus();
  };
  return html`<div class="rich-toolbar" role="toolbar" aria-label=${t('rich.tools')} @keydown=${moved}>
      ${tools.map(
        (tool, index) =>
          html`<button
            type="button"
            class=${index === 0 ? 'bold' : index === 1 ? 'italic' : ''}
            title=${tool.name}
            aria-label=${tool.name}
            aria-pressed=${tool.isOn ? tool.isOn() : nothing}
            aria-disabled=${tool.can ? !tool.can() : nothing}
            tabindex=${index === state.stop ? 0 : -1}
            @focus=${() => (state.stop = index)}
            @click=${() => tool.run()}
          >
            ${tool.sign}
          </button>`,
      )}
    </div>
    ${state.isLinking ? linkForm(editor, () => set({ isLinking: false })) : nothing}`;
}

function linkForm(editor: Editor, close: () => void) {
  const address = String(editor.getAttributes('link')['href'] ?? '');
  const submit = (event: Event) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement).get('address');
    const href = safeAddress(String(typed ?? ''));
    const chain = editor.chain().focus().extendMarkRange('link');
    if (href === undefined) chain.unsetLink().run();
    else if (editor.state.selection.empty && !editor.isActive('link'))
      chain.insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] }).run();
    else chain.setLink({ href }).run();
    close();
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    close();
    editor.commands.focus();
  };
  return html`<form class="rich-link" @submit=${submit} @keydown=${keyed}>
    <label>${t('rich.address')} <input name="address" .value=${address} placeholder="https://" autocomplete="off" /></label>
    <button type="submit">${t('rich.link.set')}</button>
  </form>`;
}
