import type { ConditionJson, PermissionRule } from '@fieldstone/metadata/types/documents.js';
import { Plus, Trash2 } from 'lucide-react';
import { useDraft } from '../../api/draft-store.js';
import { isEqual, ofObject } from '../../draft/draft.js';
import { InlineSelect } from '../../ui/Field.js';
import { ConditionEditor } from '../rules/ConditionEditor.js';

type One = Exclude<PermissionRule, readonly unknown[]>;

const WORDS: { value: string; label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'own', label: 'Their own, and those of their queues' },
  { value: 'team', label: 'And those of people in their teams' },
  { value: 'below', label: 'And those of people below them' },
  { value: 'territory', label: 'Of their territories' },
  { value: 'where', label: 'That meet a condition' },
  { value: 'all', label: 'All' },
];

/** A territory is a text of the record that is among those of the person; the condition names the field. */
const territory = (field: string) => ({ in: [{ var: field }, { var: '$user.territories' }] });

/** The field a rule about territories names; undefined for any other condition. */
function territoryField(where: ConditionJson): string | undefined {
  const field = (where['in'] as [{ var?: unknown }?] | undefined)?.[0]?.var;
  return typeof field === 'string' && isEqual(where, territory(field)) ? field : undefined;
}
const asList = (rule: PermissionRule | undefined): One[] => (rule === undefined ? [] : Array.isArray(rule) ? rule : [rule]);
const asRule = (list: One[]): PermissionRule | undefined => (list.length === 0 ? undefined : list.length === 1 ? list[0] : list);

type Props = {
  label: string;
  object: string;
  /** Where a territory is likely to stand. */
  nameField: string;
  value: PermissionRule | undefined;
  onChange: (rule: PermissionRule | undefined) => void;
  emptyText: string;
  error?: string | undefined;
};

/** Which records a right is about: any of several rules. */
export function RuleList({ label, object, nameField, value, onChange, emptyText, error }: Props) {
  const fields = ofObject(useDraft(), 'field', object);
  const rules = asList(value);
  const put = (next: One[]) => onChange(asRule(next));
  const made = (word: string): One =>
    word === 'territory'
      ? { where: territory(nameField) }
      : word === 'where'
        ? { where: { '==': [{ var: 'owner' }, { var: '$user.id' }] } }
        : (word as Extract<One, string>);
  return (
    <fieldset className="stack-2" aria-label={label}>
      <div className="row-between">
        <legend className="legend">{label}</legend>
        <button
          type="button"
          className="btn btn-small"
          aria-label={`Add a rule: ${label}`}
          disabled={rules.length >= 10}
          onClick={() => put([...rules.filter((rule) => rule !== 'none'), 'own'])}
        >
          <Plus size={14} aria-hidden /> Add
        </button>
      </div>
      {rules.length === 0 && <p className="muted small">{emptyText}</p>}
      {rules.map((rule, index) => {
        const replace = (next: One) => put(rules.map((each, at) => (at === index ? next : each)));
        const region = typeof rule === 'string' ? undefined : territoryField(rule.where);
        const name = rules.length === 1 ? label : `${label}, rule ${index + 1}`;
        return (
          <div key={index} className="stack-2">
            <div className="row">
              <InlineSelect
                label={name}
                value={typeof rule === 'string' ? rule : region === undefined ? 'where' : 'territory'}
                onChange={(word) => replace(made(word))}
                choices={WORDS}
              />
              {region !== undefined && (
                <InlineSelect
                  label={`${name}: field with the territory`}
                  value={region}
                  onChange={(field) => replace({ where: territory(field) })}
                  choices={fields.map((field) => ({ value: field.name, label: field.label }))}
                />
              )}
              <button
                type="button"
                className="btn btn-plain"
                aria-label={`Remove ${name}`}
                onClick={() => put(rules.filter((_each, at) => at !== index))}
              >
                <Trash2 size={15} aria-hidden />
              </button>
            </div>
            {typeof rule !== 'string' && region === undefined && (
              <ConditionEditor
                label={`${name}: condition`}
                object={object}
                allow={['user', 'people']}
                value={rule.where}
                onChange={(where) => replace(where === undefined ? 'all' : { where })}
                emptyText="Every record."
              />
            )}
          </div>
        );
      })}
      {error !== undefined && (
        <p className="error-text" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
