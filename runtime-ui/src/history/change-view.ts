import { css, html, nothing } from 'lit';
import type { ChangeCause, FieldChange, HistoryEntry } from '@fieldstone/metadata/types/wire.js';
import { fieldScreen } from '../fields/registry.js';
import type { Screen } from '../model/screen.js';
import { told } from './texts.js';

/** A value of a field in words, for somebody who reads what it was. */
export function valueText(screen: Screen, object: string, name: string, value: unknown): string {
  const field = screen.field(object, name);
  if (value === null || value === undefined) return told('none');
  return (field ? fieldScreen(field).text(value, { field, screen }) : '') || told('none');
}

/** What a change came by, in words; nothing for what somebody did themselves. */
export function causeText({ kind, label, step, restores }: ChangeCause): string {
  const back = restores === undefined ? '' : ` ${told('cause.restores', { version: restores })}`;
  if (kind === 'user') return back;
  if (kind === 'workflow' && label !== null) {
    const named = step?.label ? told('cause.workflow.step', { label, step: step.label }) : told('cause.workflow.named', { label });
    return ` ${named}${back}`;
  }
  return ` ${kind === 'api_key' && label !== null ? told('cause.api_key.named', { label }) : told(`cause.${kind}`)}${back}`;
}

export const personText = ({ by }: Pick<HistoryEntry, 'by'>): string => (by === null ? told('nobody') : (by.label ?? told('somebody')));

/** Fields with what they were and what they are. */
export const changeList = (screen: Screen, object: string, changes: readonly FieldChange[]) =>
  changes.length === 0
    ? nothing
    : html`<dl>
        ${changes.map(({ field, label, before, after }) => {
          const [from, to] = [valueText(screen, object, field, before), valueText(screen, object, field, after)];
          return html`<dt>${label}</dt>
            <dd>${from === to ? told('secret') : html`<del>${from}</del> → ${to}`}</dd>`;
        })}
      </dl>`;

export const changeStyles = css`
  ol {
    list-style: none;
    margin: 0;
    padding: 4px 16px 12px;
  }
  p {
    margin: 0;
    font: var(--fs-font-13);
  }
  time,
  .muted {
    color: var(--fs-text-muted);
    font: var(--fs-font-12);
  }
  dl {
    margin: 4px 0 0;
    display: grid;
    grid-template-columns: minmax(80px, auto) minmax(0, 1fr);
    gap: 2px 10px;
    font: var(--fs-font-13);
  }
  dt {
    color: var(--fs-text-muted);
  }
  dd {
    margin: 0;
    overflow-wrap: anywhere;
  }
  del {
    color: var(--fs-text-muted);
  }
  a {
    color: var(--fs-accent-text);
    overflow-wrap: anywhere;
  }
  .none {
    padding: 16px;
    color: var(--fs-text-muted);
  }
  .more {
    padding: 0 16px 16px;
  }
`;
