import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, messageOf } from '../../api/client.js';
import { useDraft } from '../../api/draft-store.js';
import { explainAccess, readUsers, type AccessAnswer, type AccessGround } from '../../api/people.js';
import { actionsOf } from '../../draft/action-commands.js';
import { ofKind, ofObject } from '../../draft/draft.js';
import { SelectField, TextField } from '../../ui/Field.js';
import { PageHead } from '../../ui/PageHead.js';
import { PageState } from '../../ui/PageState.js';
import { Table } from '../../ui/Table.js';

const RECORD_RIGHTS = ['read', 'create', 'update', 'delete', 'export', 'import', 'bulk', 'merge', 'share', 'purge'];
const FIELD_RIGHTS = ['read', 'edit'];
const ANSWERS = { yes: 'Yes', no: 'No', some: 'On some records' } as const;
const TONES = { yes: 'badge-success', no: 'badge-danger', some: 'badge-warning' } as const;

const choicesOf = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** Why somebody may or may not do something, as the published metadata has it. */
export function AccessPage() {
  const draft = useDraft();
  const users = useQuery({ queryKey: ['users'], queryFn: readUsers });
  const [who, setWho] = useState('');
  const [object, setObject] = useState('');
  const [field, setField] = useState('');
  const [record, setRecord] = useState('');
  const [right, setRight] = useState('read');
  const ask = useMutation({ mutationFn: explainAccess });
  if (!users.isSuccess) return <PageState what="people" queries={[users]} />;
  const people = users.data.data.map(({ id, name }) => ({ value: `user:${id}`, label: name }));
  const roles = users.data.roles.map(({ name, label }) => ({ value: `role:${name}`, label: `Role: ${label}` }));
  const objects = ofKind(draft, 'object');
  const rights =
    field === '' ? [...RECORD_RIGHTS, ...(object === '' ? [] : actionsOf(draft, object).map(({ name }) => name))] : FIELD_RIGHTS;
  const chosenRight = rights.includes(right) ? right : 'read';
  const [kind, id] = [who.slice(0, 4), who.slice(5)];
  const submit = () =>
    ask.mutate({
      ...(kind === 'user' ? { user: id } : { role: id }),
      object,
      do: chosenRight,
      ...(field === '' ? {} : { field }),
      ...(record.trim() === '' || kind === 'role' ? {} : { record: recordId(record) }),
    });
  return (
    <div className="page">
      <PageHead title="Why may they?">Ask why somebody may or may not see or change something, as it is published now.</PageHead>
      <form
        className="card"
        aria-label="Question"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="stack card-body">
          <SelectField
            label="Who"
            value={who}
            onChange={setWho}
            choices={[{ value: '', label: 'Choose a person or a role' }, ...people, ...roles]}
          />
          <SelectField
            label="Object"
            value={object}
            onChange={(value) => {
              setObject(value);
              setField('');
            }}
            choices={[{ value: '', label: 'Choose an object' }, ...objects.map(({ name, label }) => ({ value: name, label }))]}
          />
          <SelectField
            label="Field"
            value={field}
            onChange={setField}
            choices={[
              { value: '', label: 'The record as a whole' },
              ...ofObject(draft, 'field', object).map(({ name, label }) => ({ value: name, label })),
            ]}
          />
          <SelectField label="Right" value={chosenRight} onChange={setRight} choices={choicesOf(rights)} />
          {kind !== 'role' && (
            <TextField label="Record" value={record} onChange={setRecord} hint="Its id or its address; empty for records in general." />
          )}
          <div>
            <button type="submit" className="btn btn-primary" disabled={who === '' || object === '' || ask.isPending}>
              Explain
            </button>
          </div>
        </div>
      </form>
      {ask.isError && (
        <p className="note note-danger" role="alert">
          {messageOf(ask.error)} {ask.error instanceof ApiError ? ask.error.problem?.issues?.map(({ message }) => message).join(' ') : ''}
        </p>
      )}
      {ask.data && <Answer answer={ask.data} />}
    </div>
  );
}

/** People copy addresses: the id is the last part of one. */
const recordId = (text: string): string => text.trim().split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1) ?? '';

function Answer({ answer }: { answer: AccessAnswer }) {
  return (
    <section className="card" aria-label="Answer" aria-live="polite">
      <div className="card-head">
        <h2>
          <span className={`badge ${TONES[answer.allowed]}`}>{ANSWERS[answer.allowed]}</span>
        </h2>
        {answer.computed && <p className="muted small">This field is worked out: it is also held to the rights of what it is made of.</p>}
      </div>
      {answer.grounds.length === 0 ? (
        <p className="card-body muted">Nothing gives this right, and nothing takes it away.</p>
      ) : (
        <Table columns={['Says', 'Right', 'Role or set', 'On which records', 'This record', 'Document']}>
          {answer.grounds.map((ground) => (
            <GroundRow key={`${ground.effect} ${ground.right} ${ground.role}`} ground={ground} />
          ))}
        </Table>
      )}
      {answer.grants.length > 0 && (
        <div className="card-body">
          <h3>What would change it</h3>
          <ul>
            {answer.grants.map((grant) => (
              <li key={grant.text}>{grant.text}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function GroundRow({ ground }: { ground: AccessGround }) {
  return (
    <tr>
      <td>{ground.effect === 'allow' ? 'Allows' : 'Denies'}</td>
      <td>{ground.right}</td>
      <td className="cell-title">{ground.label}</td>
      <td>{ground.on}</td>
      <td>{ground.holds === undefined ? '–' : ground.holds ? 'Yes' : 'No'}</td>
      <td className="mono small">{ground.document}</td>
    </tr>
  );
}
