import '../ui-kit/fs-icon.js';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { SearchAnswer, SearchHit, TextRange } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import { fieldAt, valueAt, type Screen } from '../model/screen.js';
import { say } from './texts.js';

/** A text with what was found in it set apart. */
export function marked(text: string, ranges: readonly TextRange[]): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(end, from), html`<mark>${text.slice(from, to)}</mark>`);
    end = to;
  }
  return [...parts, text.slice(end)];
}

/** What stands below the name of a hit: where it was found, unless that is the name, and the fields at the head of its page. */
function lines(screen: Screen, hit: SearchHit): TemplateResult | typeof nothing {
  const object = screen.object(hit.object);
  const by = screen.field(hit.object, hit.match.field);
  const found =
    by !== undefined && by.name !== object?.nameField && hit.match.ranges.length > 0
      ? html`<span>${say('inField', { field: by.label })} ${marked(hit.match.text, hit.match.ranges)}</span>`
      : nothing;
  const others = pathsOf(hit.fields)
    .filter((path) => path !== hit.match.field)
    .flatMap((path) => {
      const at = fieldAt(screen, hit.object, path);
      if (at === undefined) return [];
      const text = fieldScreen(at.field).text(valueAt(hit.fields, path), { field: at.field, screen });
      return text === '' ? [] : [html`<span title=${at.label}>${text}</span>`];
    });
  return found === nothing && others.length === 0 ? nothing : html`<small>${found}${others}</small>`;
}

/** A link is shown by its name; what was asked for over it has a path of its own. */
function pathsOf(fields: SearchHit['fields']): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value !== 'object' || value === null || !('id' in value)) return [name];
    const inner = Object.keys(value).filter((key) => key !== 'id' && key !== 'label' && key !== 'object');
    return [name, ...inner.map((key) => `${name}.${key}`)];
  });
}

export const hitView = (screen: Screen, hit: SearchHit): TemplateResult => {
  const object = screen.object(hit.object);
  return html`<fs-icon name=${object?.icon || 'box'}></fs-icon>
    <span class="main"
      ><strong>${hit.label === null ? (object?.label ?? hit.object) : marked(hit.label, hit.labelRanges)}</strong
      >${lines(screen, hit)}</span
    >`;
};

/** Hits by object, in the order of their best. */
export function groupsOf(answer: SearchAnswer): { readonly object: string; readonly hits: readonly SearchHit[] }[] {
  const groups = new Map<string, SearchHit[]>();
  for (const hit of answer.data) groups.set(hit.object, [...(groups.get(hit.object) ?? []), hit]);
  return [...groups].map(([object, hits]) => ({ object, hits }));
}

/** The choice of one object among those that have matches. */
export function facets(counts: SearchAnswer['objects'], chosen: string, choose: (object: string) => void): TemplateResult | typeof nothing {
  if (counts.length < 2) return nothing;
  const chip = (object: string, label: string, count?: string) =>
    html`<button type="button" class="chip" aria-pressed=${object === chosen} @click=${() => choose(object)}>
      ${label}${count === undefined ? nothing : html` <span class="count">${count}</span>`}
    </button>`;
  return html`<div class="facets" role="group" aria-label=${say('kinds')}>
    ${chip('', say('all'))}
    ${counts.map(({ object, label, count, countIsCapped }) => chip(object, label, countIsCapped ? say('capped', { count }) : String(count)))}
  </div>`;
}

export const hitStyles = css`
  .facets {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .chip {
    padding: 4px 10px;
    border: 1px solid var(--fs-line-strong);
    border-radius: 14px;
    background: var(--fs-surface);
    color: var(--fs-text);
    font: var(--fs-font-13);
    cursor: pointer;
  }
  .chip[aria-pressed='true'] {
    background: var(--fs-accent-soft);
    border-color: var(--fs-accent);
    color: var(--fs-accent-text);
  }
  .chip .count {
    color: var(--fs-text-muted);
    font-variant-numeric: tabular-nums;
  }
  .chip[aria-pressed='true'] .count {
    color: inherit;
  }
  .hit {
    display: flex;
    gap: 10px;
    align-items: flex-start;
    min-width: 0;
    padding: 7px 10px;
    border-radius: var(--fs-radius-m);
    color: var(--fs-text);
    text-decoration: none;
    cursor: pointer;
  }
  .hit fs-icon {
    margin-top: 2px;
    color: var(--fs-text-muted);
  }
  .hit:hover {
    background: var(--fs-sunken);
  }
  .main {
    flex: 1;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  .main strong {
    font: var(--fs-font-14);
    font-weight: 500;
  }
  small {
    display: flex;
    flex-wrap: wrap;
    gap: 0 12px;
    font: var(--fs-font-13);
    color: var(--fs-text-muted);
  }
  mark {
    background: var(--fs-warning-soft);
    color: var(--fs-warning-text);
    border-radius: 2px;
  }
  h3 {
    display: flex;
    justify-content: space-between;
    margin: 12px 10px 4px;
    font: var(--fs-font-12);
    font-weight: 600;
    color: var(--fs-text-muted);
  }
  .note {
    margin: 12px 10px 4px;
    font: var(--fs-font-13);
    color: var(--fs-text-muted);
  }
  .note button {
    padding: 0;
    border: 0;
    background: none;
    color: var(--fs-accent-text);
    font: inherit;
    font-weight: 600;
    cursor: pointer;
    text-decoration: underline;
  }
`;
