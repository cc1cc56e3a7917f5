import type { ObjectDocument } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import { ofKind } from '../../draft/draft.js';
import { fieldTypeInfo, hasOption, isRelation } from '../../draft/field-types.js';
import { suggestName } from '../../draft/names.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { DependsOnEditor } from './DependsOnEditor.js';
import { FormulaOptions, RollupOptions } from './ComputedOptions.js';
import { hasChoices, type FieldForm, type FormProblems } from './field-form.js';
import { OptionEditor } from './OptionEditor.js';

type Props = {
  form: FieldForm;
  object: ObjectDocument;
  problems: FormProblems;
  patch: (change: Partial<FieldForm>) => void;
  savedOptions: ReadonlySet<string>;
  /** API name of the field, once it has one. */
  name?: string | undefined;
};

/** The options that the chosen type has, and no others. */
export function TypeOptions({ form, object, problems, patch, savedOptions, name }: Props) {
  const has = (option: Parameters<typeof hasOption>[1]) => hasOption(form.type, option);
  return (
    <>
      {hasChoices(form) && (
        <OptionEditor options={form.options} saved={savedOptions} onChange={(options) => patch({ options })} error={problems.options} />
      )}
      {has('dependsOn') && <DependsOnEditor form={form} object={object.name} name={name} patch={patch} />}
      {has('secret') && (
        <fieldset className="cols-2">
          <legend className="sr">What may be seen of it</legend>
          <CheckField
            label="Show the last four characters"
            hint="Of values of twelve or more. They are stored unencrypted."
            checked={form.showLast4}
            onChange={(showLast4) => patch({ showLast4 })}
          />
          <CheckField
            label="Can be revealed"
            hint="By people whose role may reveal secrets. Each time is written down."
            checked={form.reveal}
            onChange={(reveal) => patch({ reveal })}
          />
        </fieldset>
      )}
      {has('formula') && <FormulaOptions form={form} object={object} problems={problems} patch={patch} />}
      {has('rollup') && <RollupOptions form={form} object={object} problems={problems} patch={patch} />}
      {isRelation(form.type) && <RelationOptions form={form} object={object} problems={problems} patch={patch} />}
      <div className="cols-2">
        {has('maxLength') && (
          <TextField
            label="Longest text"
            value={form.maxLength}
            onChange={(maxLength) => patch({ maxLength })}
            error={problems.maxLength}
            hint="Characters; empty for the type's own limit."
          />
        )}
        {has('precision') && (
          <TextField
            label="Digits in all"
            value={form.precision}
            onChange={(precision) => patch({ precision })}
            error={problems.precision}
          />
        )}
        {has('scale') && (
          <TextField label="Digits after the point" value={form.scale} onChange={(scale) => patch({ scale })} error={problems.scale} />
        )}
        {has('range') && <TextField label="Smallest value" value={form.min} onChange={(min) => patch({ min })} error={problems.min} />}
        {has('range') && <TextField label="Largest value" value={form.max} onChange={(max) => patch({ max })} error={problems.max} />}
        {has('stars') && (
          <TextField label="Number of stars" value={form.max} onChange={(max) => patch({ max })} error={problems.max} hint="Empty for 5." />
        )}
        {has('format') && (
          <TextField
            label="Format"
            mono
            value={form.format}
            onChange={(format) => patch({ format })}
            error={problems.format}
            hint="{0000} is replaced by the number."
          />
        )}
        {has('format') && (
          <TextField label="First number" value={form.start} onChange={(start) => patch({ start })} error={problems.start} />
        )}
        {has('default') && <DefaultField form={form} problems={problems} patch={patch} />}
      </div>
    </>
  );
}

function DefaultField({ form, problems, patch }: Pick<Props, 'form' | 'problems' | 'patch'>) {
  const label = 'Value of a new record';
  const set = (fallback: string) => patch({ fallback });
  const { input } = fieldTypeInfo(form.type);
  const isJson = form.fallback.trim().startsWith('{');
  if (input === 'yes_no' && !isJson) {
    return (
      <SelectField
        label={label}
        value={form.fallback}
        onChange={set}
        choices={[
          { value: '', label: 'No' },
          { value: 'true', label: 'Yes' },
        ]}
      />
    );
  }
  if (input === 'choice' && !isJson) {
    const choices = form.options.filter((option) => option.value !== '').map((option) => ({ value: option.value, label: option.label }));
    return <SelectField label={label} value={form.fallback} onChange={set} choices={[{ value: '', label: 'None' }, ...choices]} />;
  }
  return (
    <TextField
      label={label}
      value={form.fallback}
      onChange={set}
      error={problems.fallback}
      hint='Empty for none; {"$expr": …} computes it.'
      mono={isJson}
    />
  );
}

function RelationOptions({ form, object, problems, patch }: Pick<Props, 'form' | 'object' | 'problems' | 'patch'>) {
  const draft = useDraft();
  const objects = ofKind(draft, 'object').sort((a, b) => a.label.localeCompare(b.label));
  const setTarget = (target: string) =>
    patch({
      target,
      ...(form.inverseName === '' ? { inverseLabel: object.pluralLabel, inverseName: suggestName(object.pluralLabel) } : {}),
    });
  const setTargets = (name: string, isChosen: boolean) => {
    const targets = objects.map((entry) => entry.name).filter((entry) => (entry === name ? isChosen : form.targets.includes(entry)));
    patch({
      targets,
      ...(form.inverseName === '' ? { inverseLabel: object.pluralLabel, inverseName: suggestName(object.pluralLabel) } : {}),
    });
  };
  return (
    <div className="cols-2">
      {hasOption(form.type, 'targets') ? (
        <fieldset>
          <legend className="legend">Points to</legend>
          {problems.targets !== undefined && (
            <p className="error" role="alert">
              {problems.targets}
            </p>
          )}
          <div className="choice-list">
            {objects.map((entry) => (
              <CheckField
                key={entry.id}
                label={entry.label}
                checked={form.targets.includes(entry.name)}
                onChange={(isChosen) => setTargets(entry.name, isChosen)}
              />
            ))}
          </div>
        </fieldset>
      ) : (
        <SelectField
          label="Points to"
          value={form.target}
          onChange={setTarget}
          error={problems.target}
          choices={[
            { value: '', label: 'Choose an object', disabled: true },
            ...objects.map((entry) => ({ value: entry.name, label: entry.label })),
          ]}
        />
      )}
      <TextField
        label="List on the other side"
        value={form.inverseLabel}
        onChange={(inverseLabel) => patch({ inverseLabel, inverseName: suggestName(inverseLabel) })}
        hint={form.inverseName === '' ? 'Its name there, such as "Projects".' : `API name of the relation: ${form.inverseName}`}
      />
      {hasOption(form.type, 'onDelete') && (
        <SelectField
          label="When the target is deleted for good"
          value={form.onDelete}
          onChange={(value) => patch({ onDelete: value === 'restrict' ? 'restrict' : 'clear' })}
          choices={[
            { value: 'clear', label: 'Clear the link' },
            { value: 'restrict', label: 'Refuse' },
          ]}
        />
      )}
    </div>
  );
}
