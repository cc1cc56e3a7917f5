import { fieldTypeInfo } from '../../draft/field-types.js';
import { useDraft } from '../../api/draft-store.js';
import { ofObject } from '../../draft/draft.js';
import { SelectField } from '../../ui/Field.js';
import type { FieldForm } from './field-form.js';

type Props = { form: FieldForm; object: string; name: string | undefined; patch: (change: Partial<FieldForm>) => void };

/** Which options go with which option of another picklist: a table of tick boxes. */
export function DependsOnEditor({ form, object, name, patch }: Props) {
  const draft = useDraft();
  const others = ofObject(draft, 'field', object).filter(({ type, name: other }) => fieldTypeInfo(type).choice === 'one' && other !== name);
  const { dependsOn } = form;
  const deciding = others.find((field) => field.name === dependsOn?.field);
  const own = form.options.filter(({ value }) => value !== '');
  const choose = (field: string) => {
    const found = others.find((other) => other.name === field);
    // At first everything goes with everything: what does not is taken away.
    const values = Object.fromEntries((found?.options ?? []).map(({ value }) => [value, own.map((option) => option.value)]));
    patch({ dependsOn: found === undefined ? undefined : { field, values } });
  };
  const set = (code: string, option: string, isOn: boolean) => {
    if (dependsOn === undefined) return;
    const before = dependsOn.values[code] ?? [];
    const next = own.map(({ value }) => value).filter((value) => (value === option ? isOn : before.includes(value)));
    patch({ dependsOn: { ...dependsOn, values: { ...dependsOn.values, [code]: next } } });
  };
  if (others.length === 0 && dependsOn === undefined) return null;
  return (
    <div className="stack-2">
      <SelectField
        label="Choices depend on"
        value={dependsOn?.field ?? ''}
        onChange={choose}
        hint="Only what goes with the value of the other picklist can be chosen."
        choices={[{ value: '', label: 'Nothing' }, ...others.map((field) => ({ value: field.name, label: field.label }))]}
      />
      {dependsOn !== undefined && deciding !== undefined && (
        <div className="scroll-x">
          <table className="table matrix">
            <caption className="sr">Choices that go with each value of {deciding.label}.</caption>
            <thead>
              <tr>
                <th scope="col">{deciding.label}</th>
                {own.map((option) => (
                  <th key={option.value} scope="col">
                    {option.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {(deciding.options ?? []).map((each) => (
                <tr key={each.value}>
                  <th scope="row">{each.label}</th>
                  {own.map((option) => (
                    <td key={option.value}>
                      <input
                        type="checkbox"
                        aria-label={`${option.label} with ${each.label}`}
                        checked={dependsOn.values[each.value]?.includes(option.value) === true}
                        onChange={(event) => set(each.value, option.value, event.target.checked)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
