import type { FieldDocument } from '@fieldstone/metadata/types/documents.js';
import { Trash2 } from 'lucide-react';
import { useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { fieldTypeInfo } from '../../draft/field-types.js';
import { CommitField } from '../../ui/CommitField.js';
import { SelectField } from '../../ui/Field.js';
import { LiteralValue } from '../workflows/ValueEditor.js';
import type { ActionPartProps } from './InputList.js';

/** The owner is a field of every object that people may set. */
type Settable = Pick<FieldDocument, 'name' | 'label'>;
type Kind = 'value' | 'input' | 'expression';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const kindOf = (value: unknown): Kind =>
  isObject(value) && '$input' in value ? 'input' : isObject(value) && '$expr' in value ? 'expression' : 'value';

/** Fields that an action sets, each with a value, with what was filled in, or with what is worked out. */
export function SetList({ action, set }: ActionPartProps) {
  const draft = useDraft();
  const values = action.set ?? {};
  const put = (next: Record<string, unknown>) => set({ set: Object.keys(next).length === 0 ? undefined : next });
  const fields = ofObject(draft, 'field', action.object).filter(({ type }) => fieldTypeInfo(type).givenBy === undefined);
  const known: readonly Settable[] = [...fields, { name: 'owner', label: 'Owner' }];
  const free = known.filter(({ name }) => !Object.hasOwn(values, name));
  const inputs = action.inputs ?? [];
  return (
    <section className="card card-body stack" aria-label="Sets">
      <h2>Sets</h2>
      {Object.entries(values).map(([name, value]) => {
        const field = known.find((each) => each.name === name);
        const label = field?.label ?? name;
        const change = (next: unknown) => put({ ...values, [name]: next });
        const kind = kindOf(value);
        const setKind = (to: string) =>
          change(to === 'input' ? { $input: inputs[0]?.name ?? '' } : to === 'expression' ? { $expr: { today: [] } } : null);
        return (
          <fieldset key={name} className="stack-2" aria-label={`Sets ${label}`}>
            <div className="row-between">
              <strong>{label}</strong>
              <button
                type="button"
                className="btn btn-plain"
                aria-label={`Do not set ${label}`}
                onClick={() => put(Object.fromEntries(Object.entries(values).filter(([each]) => each !== name)))}
              >
                <Trash2 size={15} aria-hidden />
              </button>
            </div>
            <div className="cols-2">
              <SelectField
                label="To"
                value={kind}
                onChange={setKind}
                choices={[
                  { value: 'value', label: 'a value' },
                  ...(inputs.length > 0 || kind === 'input' ? [{ value: 'input', label: 'what was filled in' }] : []),
                  { value: 'expression', label: 'what is worked out' },
                ]}
              />
              {kind === 'input' && (
                <SelectField
                  label="Filled in as"
                  value={String((value as { $input: unknown }).$input)}
                  onChange={($input) => change({ $input })}
                  choices={inputs.map((input) => ({ value: input.name, label: input.label ?? input.name }))}
                />
              )}
              {kind === 'expression' && (
                <CommitField
                  label="Expression (JSON)"
                  hint='Over the record and $user, such as {"today": []}.'
                  mono
                  multiline
                  value={JSON.stringify((value as { $expr: unknown }).$expr, null, 1)}
                  check={jsonProblem}
                  onCommit={(text) => change({ $expr: JSON.parse(text) as unknown })}
                />
              )}
              {kind === 'value' && (
                <LiteralValue
                  label={label}
                  value={value}
                  onChange={(next) => change(next === '' ? null : next)}
                  field={fields.find((each) => each.name === name)}
                  multiline={false}
                />
              )}
            </div>
          </fieldset>
        );
      })}
      {Object.keys(values).length === 0 && <p className="muted small">No field.</p>}
      {free.length > 0 && (
        <SelectField
          label="Set another field"
          value=""
          onChange={(name) => name !== '' && put({ ...values, [name]: null })}
          choices={[{ value: '', label: 'Choose a field…' }, ...free.map(({ name, label }) => ({ value: name, label }))]}
        />
      )}
    </section>
  );
}

const jsonProblem = (text: string): string | undefined => {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not JSON.';
  }
};
