import type { DocumentByKind } from '@fieldstone/metadata/types/documents.js';
import { Trash2 } from 'lucide-react';
import type { ComponentType } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changeState, findDocument, findObject, ofKind, put, type Draft } from '../../draft/draft.js';
import { nameProblem } from '../../draft/names.js';
import { withProperties } from '../../draft/without-undefined.js';
import { ChangeBadge } from '../../ui/ChangeBadge.js';
import { CommitField } from '../../ui/CommitField.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';

/** Kinds whose elements have a page of their own that is about nothing else. */
type FramedKind = 'validation' | 'process' | 'record_type' | 'action' | 'template';
type FramedDocument = DocumentByKind[FramedKind];

/** Properties to set; those given as undefined are removed. */
export type Patch<Document> = { [Key in keyof Document]?: Document[Key] | undefined };
export type BodyProps<Document> = { document: Document; set: (patch: Patch<Document>) => void };

const WORDS: Record<FramedKind, string> = {
  validation: 'validation',
  process: 'process',
  record_type: 'record type',
  action: 'action',
  template: 'template',
};
const MOST_LABEL = 120;

type Props<Kind extends FramedKind> = { kind: Kind; isNarrow?: boolean; Body: ComponentType<BodyProps<DocumentByKind[Kind]>> };

/** The element that the address names: where it belongs, what it is called, a way to retire it, and `Body` to edit the rest. */
export function ElementPage<Kind extends FramedKind>({ kind, isNarrow = false, Body }: Props<Kind>) {
  const draft = useDraft();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const found = findDocument(draft, id);
  const word = WORDS[kind];
  if (found?.kind !== kind) {
    const [back, label] = kind === 'template' ? ['/templates', 'Go to the templates'] : ['/objects', 'Go to the objects'];
    return (
      <div className="page">
        <Empty title={`There is no such ${word}`} action={<Link to={back}>{label}</Link>} />
      </div>
    );
  }
  // The compiler does not follow the comparison with a kind that is a type parameter.
  const document = found as DocumentByKind[Kind];
  const set = (patch: Patch<DocumentByKind[Kind]>) =>
    edit(
      `Edit ${word} ${document.label}`,
      (current) => put(current, document.id, withProperties(document, patch)),
      `${word} ${document.id} ${Object.keys(patch).join()}`,
    );
  const crumbs = crumbsOf(draft, document);
  const retire = () => {
    edit(`Retire ${word} ${document.label}`, (current) => put(current, document.id, null));
    void navigate(crumbs.at(-1)?.to ?? '/objects');
    toast(`${document.label} is retired in this draft.`, { action: { label: 'Undo', run: () => undoEdit() } });
  };
  return (
    <div className={isNarrow ? 'page page-narrow' : 'page'}>
      <PageHead
        title={document.label}
        badge={<ChangeBadge state={changeState(draft, document.id)} />}
        path={
          <>
            {crumbs.map(({ to, label }) => (
              <span key={to}>
                <Link to={to}>{label}</Link> /{' '}
              </span>
            ))}
            <span>{word.replace(/^./, (letter) => letter.toUpperCase())}</span>
          </>
        }
        action={
          <button type="button" className="btn btn-danger" onClick={retire}>
            <Trash2 size={15} aria-hidden /> Retire
          </button>
        }
      />
      <Body document={document} set={set} />
    </div>
  );
}

/** The way to the list it stands in, which is also where one goes when it is retired. */
function crumbsOf(draft: Draft, document: FramedDocument): { to: string; label: string }[] {
  if (document.kind === 'template') return [{ to: '/templates', label: 'E-mail templates' }];
  const tab = ({ record_type: 'types', action: 'actions', validation: 'validations', process: 'validations' } as const)[document.kind];
  const label = findObject(draft, document.object)?.label ?? document.object;
  return [
    { to: '/objects', label: 'Objects' },
    { to: `/objects/${document.object}/${tab}`, label },
  ];
}

type NamesProps = {
  document: FramedDocument;
  set: (patch: { label?: string; name?: string }) => void;
  rename?: (draft: Draft, name: string) => Draft;
};

/** What an element is called, by people and by integrations. `rename` where others refer to it by name. */
export function ElementNames({ document, set, rename }: NamesProps) {
  const draft = useDraft();
  const objectOf = (each: FramedDocument) => (each.kind === 'template' ? undefined : each.object);
  const others = ofKind(draft, document.kind).filter((each) => each.id !== document.id && objectOf(each) === objectOf(document));
  const taken = new Set(others.map(({ name }) => name));
  return (
    <div className="cols-2">
      <CommitField
        label="Label"
        value={document.label}
        maxLength={MOST_LABEL}
        check={(label) => (label.trim() === '' ? 'A label is needed.' : undefined)}
        onCommit={(label) => set({ label })}
      />
      <CommitField
        label="API name"
        mono
        value={document.name}
        check={(name) => nameProblem(name, taken)}
        onCommit={(name) =>
          rename === undefined
            ? set({ name })
            : edit(`Rename ${WORDS[document.kind]} ${document.label}`, (current) => rename(current, name))
        }
      />
    </div>
  );
}
