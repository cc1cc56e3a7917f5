import { FolderPlus, ListFilter, Plus, Trash2 } from 'lucide-react';
import { useDraft } from '../../api/draft-store.js';
import { readAggregatePath, type ConditionNode, type Group, type Test } from '../../draft/condition-model.js';
import { newTest } from '../../draft/condition-operators.js';
import { knownFields, relationsOf, type Allowed } from '../../draft/scope.js';
import { InlineSelect } from '../../ui/Field.js';
import { TestEditor } from './TestEditor.js';

type Props = {
  object: string;
  allow: readonly Allowed[];
  group: Group;
  onChange: (group: Group) => void;
  onRemove?: () => void;
  emptyText?: string;
  isRoot?: boolean;
};

/** Tests that must all hold, or of which one must; groups may stand in groups. */
export function GroupEditor({ object, allow, group, onChange, onRemove, emptyText, isRoot = false }: Props) {
  const draft = useDraft();
  const set = (index: number, item: ConditionNode) =>
    onChange({ ...group, items: group.items.map((each, at) => (at === index ? item : each)) });
  const remove = (index: number) => onChange({ ...group, items: group.items.filter((_, at) => at !== index) });
  const first = () => {
    const field = knownFields(draft, object)[0];
    return newTest(field?.name ?? 'id', field);
  };
  const addGroup = () =>
    onChange({ ...group, items: [...group.items, { kind: 'group', join: group.join === 'and' ? 'or' : 'and', items: [first()] }] });
  return (
    <div className={isRoot ? 'cond-group cond-root' : 'cond-group'}>
      {group.items.length === 0 && emptyText !== undefined && <p className="muted small">{emptyText}</p>}
      {group.items.map((item, index) => (
        <div key={index} className="cond-row">
          <span className="cond-join">
            {index === 0 ? (
              <span className="muted small">{group.items.length > 1 || !isRoot ? 'If' : 'When'}</span>
            ) : index === 1 ? (
              <InlineSelect
                label="How the tests are joined"
                value={group.join}
                onChange={(join) => onChange({ ...group, join: join === 'or' ? 'or' : 'and' })}
                choices={[
                  { value: 'and', label: 'and' },
                  { value: 'or', label: 'or' },
                ]}
              />
            ) : (
              <span className="muted small">{group.join}</span>
            )}
          </span>
          <div className="grow">
            {item.kind === 'group' && (
              <GroupEditor
                object={object}
                allow={allow}
                group={item}
                onChange={(next) => set(index, next)}
                onRemove={() => remove(index)}
              />
            )}
            {item.kind === 'test' && (
              <div className="stack-2">
                <TestEditor
                  object={object}
                  allow={allow}
                  test={item}
                  onChange={(next) => set(index, next)}
                  onRemove={() => remove(index)}
                />
                <RelatedTests object={object} test={item} onChange={(next) => set(index, next)} />
              </div>
            )}
            {item.kind === 'raw' && (
              <div className="row-between">
                <pre className="cond-raw" title="The builder has no form for this part. Edit it as JSON.">
                  {JSON.stringify(item.json)}
                </pre>
                <button type="button" className="btn btn-plain btn-icon" aria-label="Remove this part" onClick={() => remove(index)}>
                  <Trash2 size={14} aria-hidden />
                </button>
              </div>
            )}
          </div>
        </div>
      ))}
      <div className="row">
        <button type="button" className="btn btn-small" onClick={() => onChange({ ...group, items: [...group.items, first()] })}>
          <Plus size={14} aria-hidden /> Add test
        </button>
        <button type="button" className="btn btn-plain btn-small" onClick={addGroup}>
          <FolderPlus size={14} aria-hidden /> Add group
        </button>
        {onRemove !== undefined && (
          <button type="button" className="btn btn-plain btn-small" onClick={onRemove}>
            <Trash2 size={14} aria-hidden /> Remove group
          </button>
        )}
      </div>
    </div>
  );
}

/** Which of the related records count. Behind a relation there is no record before the change. */
function RelatedTests({ object, test, onChange }: { object: string; test: Test; onChange: (test: Test) => void }) {
  const draft = useDraft();
  const over = readAggregatePath(test.path);
  const relation = over && relationsOf(draft, object).find(({ name }) => name === over.relation);
  if (relation === undefined) return null;
  const label = relation.label.toLowerCase();
  const first = knownFields(draft, relation.from)[0];
  const begin = () =>
    onChange({
      ...test,
      where: { kind: 'group', join: 'and', items: [newTest(first?.name ?? 'id', first)] },
    });
  if (test.where === undefined) {
    return (
      <button type="button" className="btn btn-plain btn-small" onClick={begin}>
        <ListFilter size={14} aria-hidden /> Count only some {label}
      </button>
    );
  }
  const { where: _all, ...whole } = test;
  return (
    <div role="group" aria-label={`Only ${label} that meet`}>
      <p className="muted small">Only {label} that meet</p>
      <GroupEditor
        object={relation.from}
        allow={['user']}
        group={test.where}
        onChange={(where) => onChange(where.items.length === 0 ? whole : { ...test, where })}
        onRemove={() => onChange(whole)}
      />
    </div>
  );
}
