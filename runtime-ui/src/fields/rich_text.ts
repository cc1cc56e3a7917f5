import { html } from 'lit';
import type { FieldScreen } from './field-screen.js';
import { richElement, richWords } from './rich-html.js';

export const richText: FieldScreen = {
  type: 'rich_text',
  valueType: 'structure',
  align: 'start',
  width: 280,
  filter: 'words',
  isWide: true,
  text: (value) => (typeof value === 'string' ? richWords(value) : ''),
  view: (value) => (typeof value === 'string' ? html`${richElement(value)}` : ''),
};
