import { noChange } from 'lit';
import { Directive, PartType, directive, type ElementPart, type PartInfo } from 'lit/directive.js';

/**
 * Sets style properties of an element through the DOM. Lit's own directive writes a style attribute at the first render, which the content
 * security policy forbids.
 */
class SetStyles extends Directive {
  private before: Readonly<Record<string, string>> = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('setStyles stands in the tag of an element');
  }

  render(_styles: Readonly<Record<string, string>>) {
    return noChange;
  }

  override update(part: ElementPart, [styles]: [Readonly<Record<string, string>>]) {
    const { style } = part.element as HTMLElement;
    for (const name of Object.keys(this.before)) if (!(name in styles)) style.removeProperty(name);
    for (const [name, value] of Object.entries(styles)) if (this.before[name] !== value) style.setProperty(name, value);
    this.before = styles;
    return noChange;
  }
}

export const setStyles = directive(SetStyles);
