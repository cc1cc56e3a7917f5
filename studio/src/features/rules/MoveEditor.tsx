import { useDraft } from '../../api/draft-store.js';
import { ofKind, ofObject } from '../../draft/draft.js';
import type { Transition } from '../../draft/process-commands.js';
import { CommitField } from '../../ui/CommitField.js';
import { TickList } from '../../ui/TickList.js';
import { ConditionEditor } from './ConditionEditor.js';

type Props = { object: string; move: Transition; onChange: (patch: { [K in keyof Transition]?: Transition[K] | undefined }) => void };

const listOrNone = (list: string[]): string[] | undefined => (list.length === 0 ? undefined : list);
const textOrNone = (text: string): string | undefined => (text.trim() === '' ? undefined : text);

/** What a legal move asks for. */
export function MoveEditor({ object, move, onChange }: Props) {
  const draft = useDraft();
  const fields = ofObject(draft, 'field', object).map((field) => ({ value: field.name, label: field.label }));
  const roles = ofKind(draft, 'role').map((role) => ({ value: role.name, label: role.label }));
  return (
    <div className="stack">
      <CommitField
        label="Name of the move"
        value={move.label ?? ''}
        maxLength={120}
        onCommit={(label) => onChange({ label: textOrNone(label) })}
      />
      <ConditionEditor
        label="Only when"
        object={object}
        allow={['previous', 'user', 'changed']}
        value={move.when}
        onChange={(when) => onChange({ when })}
        emptyText="The move is always possible."
      />
      <TickList
        label="Fields that must have a value"
        choices={fields}
        value={move.required ?? []}
        onChange={(required) => onChange({ required: listOrNone(required) })}
      />
      <TickList
        label="Roles that may make it"
        hint="Everybody, when none is chosen."
        choices={roles}
        value={move.roles ?? []}
        onChange={(list) => onChange({ roles: listOrNone(list) })}
      />
      <CommitField
        label="Message"
        hint="What people are told when it is not possible for them; a text is made when left empty."
        value={move.message ?? ''}
        maxLength={500}
        onCommit={(message) => onChange({ message: textOrNone(message) })}
      />
    </div>
  );
}
