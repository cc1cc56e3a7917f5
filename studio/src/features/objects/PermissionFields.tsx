import type { FieldDocument, ObjectDocument, PermissionDocument, PermissionRule } from '@fieldstone/metadata/types/documents.js';
import { useDraft } from '../../api/draft-store.js';
import type { Problems } from '../../api/problems.js';
import { ofObject } from '../../draft/draft.js';
import { withProperties } from '../../draft/without-undefined.js';
import { InlineSelect, SelectField } from '../../ui/Field.js';
import type { Patch } from '../elements/ElementPage.js';
import { RuleList } from './RuleList.js';

export type Deny = NonNullable<PermissionDocument['deny']>;
type Only = NonNullable<NonNullable<PermissionDocument['fields']>['only']>;
type OnSome = { read?: PermissionRule; edit?: PermissionRule };

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
export const orNone = <T extends object>(value: T): T | undefined => (isEmpty(value) ? undefined : value);
const without = <T extends object>(value: T, name: string): T =>
  Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)) as T;

const FIELD_RIGHTS = ['read', 'edit'] as const;
const RULES = ['/read', '/update', '/delete', '/actions', '/deny/read', '/deny/update', '/deny/delete', '/deny/actions'];

/** The controls of a permission, as JSON Pointers into its document. */
export function controlsOf({ fields, deny }: PermissionDocument): string[] {
  const named = [
    ...Object.keys(fields?.only ?? {}).map((name) => `/fields/only/${name}`),
    ...Object.keys(deny?.fields ?? {}).map((name) => `/deny/fields/${name}`),
  ];
  return [...RULES, ...named, ...named.flatMap((at) => FIELD_RIGHTS.map((right) => `${at}/${right}`))];
}

type RulesProps = {
  object: ObjectDocument;
  title: string;
  words: Record<(typeof FIELD_RIGHTS)[number], string>;
  empty: Record<(typeof FIELD_RIGHTS)[number], string>;
  value: OnSome;
  /** Where the rules stand in the document. */
  at: string;
  problems: Problems;
  onChange: (value: OnSome) => void;
  onRemove: () => void;
};

/** On which records a field is read or changed, or may not be. */
function FieldRules({ object, title, words, empty, value, at, problems, onChange, onRemove }: RulesProps) {
  const error = problems.at(at);
  return (
    <fieldset className="stack-2" aria-label={title}>
      <div className="row-between">
        <strong>{title}</strong>
        <button type="button" className="btn btn-small" aria-label={`Remove ${title}`} onClick={onRemove}>
          Remove
        </button>
      </div>
      {FIELD_RIGHTS.map((right) => (
        <RuleList
          key={right}
          label={words[right]}
          object={object.name}
          nameField={object.nameField}
          value={value[right]}
          onChange={(rule) => onChange(withProperties(value, { [right]: rule }))}
          emptyText={empty[right]}
          error={problems.at(`${at}/${right}`)}
        />
      ))}
      {error !== undefined && <FieldError text={error} />}
    </fieldset>
  );
}

const FieldError = ({ text }: { text: string }) => (
  <p className="error-text" role="alert">
    {text}
  </p>
);

type GrantProps = {
  permission: PermissionDocument;
  object: ObjectDocument;
  problems: Problems;
  set: (patch: Patch<PermissionDocument>) => void;
};

/** Fields that are read or changed on some records only. */
export function ConditionalFields({ permission, object, problems, set }: GrantProps) {
  const fields = ofObject(useDraft(), 'field', object.name);
  const only: Only = permission.fields?.only ?? {};
  const putOnly = (next: Only) => set({ fields: orNone(withProperties(permission.fields ?? {}, { only: orNone(next) })) });
  const conditional = Object.entries(only).filter((entry): entry is [string, OnSome] => typeof entry[1] === 'object');
  const others = Object.keys(only).filter((name) => typeof only[name] !== 'object' && problems.at(`/fields/only/${name}`) !== undefined);
  return (
    <>
      {conditional.map(([name, access]) => (
        <FieldRules
          key={name}
          object={object}
          title={`${labelOf(fields, name)} on some records`}
          words={{ read: `Reads ${labelOf(fields, name)}`, edit: `Changes ${labelOf(fields, name)}` }}
          empty={{ read: 'On every record it may read.', edit: 'On no record.' }}
          value={access}
          at={`/fields/only/${name}`}
          problems={problems}
          onChange={(next) => putOnly({ ...only, [name]: isEmpty(next) ? 'none' : next })}
          onRemove={() => putOnly(without(only, name))}
        />
      ))}
      {others.map((name) => (
        <FieldError key={name} text={`${labelOf(fields, name)}: ${problems.at(`/fields/only/${name}`) ?? ''}`} />
      ))}
      <SelectField
        label="A field on some records only"
        value=""
        onChange={(name) => name !== '' && putOnly({ ...only, [name]: { read: 'all', edit: 'own' } })}
        choices={choicesOf(fields, (name) => typeof only[name] !== 'object')}
      />
    </>
  );
}

type DenyProps = { object: ObjectDocument; deny: Deny; problems: Problems; set: (patch: Patch<Deny>) => void };

/** Fields that nobody with the role reads or changes, whatever another role gives: on every record, or on some. */
export function DeniedFields({ object, deny, problems, set }: DenyProps) {
  const fields = ofObject(useDraft(), 'field', object.name);
  const denied = deny.fields ?? {};
  const put = (next: typeof denied) => set({ fields: orNone(next) });
  const choose = (name: string, value: string) => {
    if (value === '') put(without(denied, name));
    else put({ ...denied, [name]: value === 'some' ? { edit: 'all' } : (value as 'read' | 'edit') });
  };
  return (
    <fieldset className="stack-2" aria-label="Fields taken away">
      <legend className="legend">Fields taken away</legend>
      {Object.entries(denied).map(([name, taken]) => {
        const label = labelOf(fields, name);
        const error = problems.at(`/deny/fields/${name}`);
        return (
          <div key={name} className="stack-2">
            <div className="row">
              <span className="grow">{label}</span>
              <InlineSelect
                label={`${label}: taken away`}
                value={typeof taken === 'string' ? taken : 'some'}
                onChange={(value) => choose(name, value)}
                choices={[
                  { value: 'read', label: 'Reading and changing' },
                  { value: 'edit', label: 'Changing' },
                  { value: 'some', label: 'On some records' },
                  { value: '', label: 'Nothing' },
                ]}
              />
            </div>
            {typeof taken === 'string' ? (
              error !== undefined && <FieldError text={error} />
            ) : (
              <FieldRules
                object={object}
                title={`${label} taken away on some records`}
                words={{ read: `Never reads ${label}`, edit: `Never changes ${label}` }}
                empty={{ read: 'On no record.', edit: 'Only where it may not be read.' }}
                value={taken}
                at={`/deny/fields/${name}`}
                problems={problems}
                onChange={(next) => put(isEmpty(next) ? without(denied, name) : { ...denied, [name]: next })}
                onRemove={() => put(without(denied, name))}
              />
            )}
          </div>
        );
      })}
      <SelectField
        label="Take a field away"
        value=""
        onChange={(name) => name !== '' && choose(name, 'edit')}
        choices={choicesOf(fields, (name) => denied[name] === undefined)}
      />
    </fieldset>
  );
}

const labelOf = (fields: readonly FieldDocument[], name: string): string => fields.find((field) => field.name === name)?.label ?? name;

const choicesOf = (fields: readonly FieldDocument[], isFree: (name: string) => boolean) => [
  { value: '', label: 'Choose a field…' },
  ...fields.filter(({ name }) => isFree(name)).map(({ name, label }) => ({ value: name, label })),
];
