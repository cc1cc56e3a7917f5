import type { ActionDocument } from '@fieldstone/metadata/types/documents.js';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject } from '../../draft/draft.js';
import { nameProblem, suggestName } from '../../draft/names.js';
import { FIELD_TYPES } from '../../draft/field-type-table.js';
import { fieldTypeInfo, isRelation, type FieldTypeInfo } from '../../draft/field-types.js';
import { withProperties } from '../../draft/without-undefined.js';
import { CommitField } from '../../ui/CommitField.js';
import { CheckField, SelectField } from '../../ui/Field.js';
import type { Patch } from '../elements/ElementPage.js';

export type ActionPartProps = { action: ActionDocument; set: (patch: Patch<ActionDocument>) => void };
type Input = NonNullable<ActionDocument['inputs']>[number];

/** Types that an input can have by itself: those whose value is one plain thing, for which nothing more has to be said. */
const TYPES = FIELD_TYPES.filter(
  ({ valueType, options, givenBy, link, isPart, input }) =>
    valueType !== 'structure' &&
    givenBy === undefined &&
    isPart === undefined &&
    (link === undefined || link === 'one') &&
    !options.includes('options') &&
    !options.includes('stars') &&
    input !== 'money' &&
    input !== 'members',
).map(({ type, label }) => ({ value: type as NonNullable<Input['type']>, label }));
const PLAIN: NonNullable<Input['type']> = 'text';
const FIELD = 'field:';

/** What the form of an action can ask for: no secrets and files, whose values stand for something else, and no links to several records or objects. */
const canBeLike = ({ valueType, input, givenBy, link }: FieldTypeInfo): boolean =>
  givenBy === undefined && (link === undefined || link === 'one') && !(valueType === 'structure' && input === 'text');

/** What an action asks for, one card each, in the order of the form. */
export function InputList({ action, set }: ActionPartProps) {
  const draft = useDraft();
  const inputs = action.inputs ?? [];
  const put = (next: Input[]) => set({ inputs: next.length === 0 ? undefined : next });
  const add = () => {
    const taken = new Set(inputs.map(({ name }) => name));
    let name = 'value';
    for (let number = 2; taken.has(name); number += 1) name = `value_${number}`;
    put([...inputs, { name, type: PLAIN, label: 'Value' }]);
  };
  const fields = ofObject(draft, 'field', action.object).filter(({ type }) => canBeLike(fieldTypeInfo(type)));
  const choices = [
    ...TYPES.map((type) => ({ ...type, group: 'A value of its own' })),
    ...fields.map((field) => ({ value: FIELD + field.name, label: field.label, group: 'Like a field' })),
  ];
  return (
    <section className="card card-body stack" aria-label="Asks for">
      <div className="row-between">
        <h2>Asks for</h2>
        <button type="button" className="btn" onClick={add}>
          <Plus size={15} aria-hidden /> Add value
        </button>
      </div>
      {inputs.length === 0 && <p className="muted small">Nothing: it runs as soon as its button is pressed.</p>}
      {inputs.map((input, index) => {
        const patch = (change: Partial<{ [Key in keyof Input]: Input[Key] | undefined }>) =>
          put(inputs.map((each, at) => (at === index ? withProperties(each, change) : each)));
        const move = (by: number) => put(swapped(inputs, index, index + by));
        const others = new Set(inputs.filter((_each, at) => at !== index).map(({ name }) => name));
        const label = input.label ?? fields.find(({ name }) => name === input.field)?.label ?? input.name;
        return (
          <fieldset key={index} className="stack-2" aria-label={`Value ${label}`}>
            <div className="cols-2">
              <SelectField
                label="Kind"
                value={input.field === undefined ? (input.type ?? PLAIN) : FIELD + input.field}
                onChange={(kind) => patch(kindOf(kind, input, label))}
                choices={choices}
              />
              <CommitField
                label="Name"
                mono
                value={input.name}
                check={(name) => nameProblem(name, others)}
                onCommit={(name) => put(inputs.map((each, at) => (at === index ? { ...each, name } : each)))}
              />
              <CommitField
                label="Label"
                value={input.label ?? ''}
                maxLength={120}
                placeholder={input.field === undefined ? '' : label}
                check={(text) => (text.trim() === '' && input.field === undefined ? 'A label is needed.' : undefined)}
                onCommit={(text) => patch({ label: text.trim() === '' ? undefined : text })}
              />
              <CommitField
                label="Help"
                value={input.help ?? ''}
                maxLength={500}
                onCommit={(text) => patch({ help: text.trim() === '' ? undefined : text })}
              />
            </div>
            {input.type !== undefined && isRelation(input.type) && (
              <SelectField
                label="Object"
                value={input.target ?? ''}
                error={input.target === undefined ? 'Say which object.' : undefined}
                onChange={(target) => patch({ target: target === '' ? undefined : target })}
                choices={[
                  { value: '', label: 'Choose…' },
                  ...ofKind(draft, 'object').map((object) => ({ value: object.name, label: object.label })),
                ]}
              />
            )}
            <div className="row">
              <CheckField
                label="Required"
                checked={input.required === true}
                onChange={(is) => patch({ required: is ? true : undefined })}
              />
              <button
                type="button"
                className="btn btn-plain"
                aria-label={`Move ${label} up`}
                disabled={index === 0}
                onClick={() => move(-1)}
              >
                <ArrowUp size={15} aria-hidden />
              </button>
              <button
                type="button"
                className="btn btn-plain"
                aria-label={`Move ${label} down`}
                disabled={index === inputs.length - 1}
                onClick={() => move(1)}
              >
                <ArrowDown size={15} aria-hidden />
              </button>
              <button
                type="button"
                className="btn btn-plain"
                aria-label={`Remove ${label}`}
                onClick={() => put(inputs.filter((_each, at) => at !== index))}
              >
                <Trash2 size={15} aria-hidden />
              </button>
            </div>
          </fieldset>
        );
      })}
    </section>
  );
}

/** A value like a field takes the label of the field; one of its own needs one. */
function kindOf(kind: string, input: Input, label: string): Partial<{ [Key in keyof Input]: Input[Key] | undefined }> {
  if (kind.startsWith(FIELD)) return { field: kind.slice(FIELD.length), type: undefined, target: undefined, label: undefined };
  const type = TYPES.find(({ value }) => value === kind)?.value ?? PLAIN;
  const target = isRelation(type) ? {} : { target: undefined };
  return { field: undefined, type, label: input.label ?? (label === '' ? suggestName(kind) : label), ...target };
}

function swapped<Item>(list: readonly Item[], from: number, to: number): Item[] {
  const next = [...list];
  const [moved] = next.splice(from, 1);
  if (moved !== undefined) next.splice(to, 0, moved);
  return next;
}
