import '../../ui-kit/fs-button.js';
import '../../ui-kit/fs-dialog.js';
import { Editor } from '@tiptap/core';
import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Code } from '@tiptap/extension-code';
import { CodeBlock } from '@tiptap/extension-code-block';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import { Italic } from '@tiptap/extension-italic';
import { Link } from '@tiptap/extension-link';
import { BulletList, ListItem, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import { UndoRedo } from '@tiptap/extensions';
import { html, render } from 'lit';
import { t } from '../../texts/text.js';
import { safeAddress } from '../safe-address.js';
import { toolbar } from './rich-text-toolbar.js';
import { dialogStyles } from './rich-text.styles.js';

/** What the server keeps of a formatted text, and nothing that it would drop. */
const extensions = [
  ...[Document, Paragraph, Text, HardBreak, Bold, Italic, Code, CodeBlock, Blockquote, BulletList, OrderedList, ListItem, UndoRedo],
  Heading.configure({ levels: [3, 4] }),
  Link.configure({
    openOnClick: false,
    autolink: true,
    defaultProtocol: 'https',
    isAllowedUri: (address) => safeAddress(address ?? '') !== undefined,
    HTMLAttributes: { rel: 'noopener noreferrer', target: '_blank' },
  }),
];

/**
 * Opens the editor over the page; answers the text, or undefined when it was cancelled.
 *
 * The dialog hangs in the body and the editor in it, outside every shadow root: browsers do not tell an editor inside one where the caret is.
 */
export function editRichText(label: string, value: string): Promise<string | undefined> {
  if (!document.adoptedStyleSheets.includes(dialogStyles)) document.adoptedStyleSheets.push(dialogStyles);
  return new Promise((resolve) => {
    const dialog = document.createElement('fs-dialog');
    const bar = document.createElement('div');
    const place = document.createElement('div');
    const footer = document.createElement('div');
    footer.slot = 'footer';
    dialog.className = 'rich-dialog';
    Object.assign(dialog, { label, footer: true, open: true });
    dialog.append(bar, place, footer);
    document.body.append(dialog);

    const editor = new Editor({
      element: place,
      extensions,
      content: value,
      injectCSS: false,
      autofocus: 'end',
      editorProps: { attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, class: 'rich-editor', autofocus: '' } },
    });
    const draw = () => render(toolbar(editor, draw), bar);
    editor.on('transaction', draw);
    draw();

    const close = (answer: string | undefined) => {
      editor.destroy();
      dialog.remove();
      resolve(answer);
    };
    dialog.addEventListener('fs-close', () => close(undefined));
    const done = () => close(editor.getText().trim() === '' ? '' : editor.getHTML());
    place.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done();
    });
    render(
      html`<fs-button @click=${() => close(undefined)}>${t('record.cancel')}</fs-button>
        <fs-button variant="primary" @click=${done}>${t('rich.done')}</fs-button>`,
      footer,
    );
  });
}
