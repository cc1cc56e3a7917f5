import type { MetadataDocument } from '@fieldstone/metadata/types/documents.js';
import { elementId, elementName } from '../model/element.js';
import type { SourceDocument } from '../model/types.js';
import { ownName, type FinalNames } from './align-names.js';
import { decide, type Choice, type Decision, type PackConflict, type PackNote } from './pack-decisions.js';

type Input = {
  readonly base: readonly SourceDocument[];
  readonly theirs: readonly SourceDocument[];
  readonly mine: readonly SourceDocument[];
  readonly decisions?: readonly Decision[];
  readonly remembered?: readonly Decision[];
};
type Named = {
  readonly names: FinalNames;
  /** New elements that can have no other name: what people have in their place stays. */
  readonly skipped: ReadonlySet<string>;
  readonly conflicts: readonly PackConflict[];
  readonly notes: readonly PackNote[];
};

/**
 * The name every element is to have after a merge: the one people gave it, else the one its pack gives it. A new element whose name is taken
 * gets another one, so that nothing of people's ever changes its meaning.
 */
export function finalNames(input: Input): Named {
  const names = new Map<string, string>();
  const skipped = new Set<string>();
  const conflicts: PackConflict[] = [];
  const notes: PackNote[] = [];
  const base = index(input.base);
  const mine = index(input.mine);
  const theirs = index(input.theirs);

  for (const [id, document] of mine) {
    const [was, wanted, now] = [base.get(id), theirs.get(id), ownName(document)];
    const wantedName = wanted && ownName(wanted);
    if (!was || wantedName === undefined || wantedName === now || ownName(was) === wantedName) names.set(id, now);
    else if (ownName(was) === now) names.set(id, wantedName);
    else {
      const conflict = decide(input, { element: id, document, path: '/name', base: ownName(was), yours: now, theirs: wantedName });
      conflicts.push(conflict);
      names.set(id, chosenName(conflict.decision, now, wantedName));
    }
  }

  const mineObjects = objectNames(mine, names);
  const taken = new Set([...mine].map(([id, document]) => placeOf(document, names.get(id) ?? ownName(document), mineObjects)));
  const isBack = (id: string) => input.decisions?.some(({ element, path, take }) => element === id && path === '' && take === 'theirs');
  const fresh = [...theirs].filter(([id, { kind }]) => kind !== 'pack' && !mine.has(id) && (!base.has(id) || isBack(id)));
  // Objects first: what belongs to one is named below the name it gets.
  fresh.sort(([, a], [, b]) => Number(b.kind === 'object') - Number(a.kind === 'object'));
  for (const [id, document] of fresh) {
    const own = ownName(document);
    const at = (name: string) => placeOf(document, name, objectNames(theirs, names));
    let name = own;
    if (document.kind === 'permission') {
      if (taken.has(at(name))) skip(id, document);
    } else for (let n = 2; taken.has(at(name)); n += 1) name = `${own}_${n}`;
    taken.add(at(name));
    names.set(id, name);
    if (name === own) continue;
    const message = `There is already a ${document.kind} “${elementName(document)}” here; that of the pack is called “${name}”.`;
    notes.push({ document, path: '/name', code: 'renamed', message, because: [] });
  }
  return { names, skipped, conflicts, notes };

  function skip(id: string, document: MetadataDocument): void {
    skipped.add(id);
    const message = `You have a ${document.kind} “${elementName(document)}” already; yours stays and that of the pack is left out.`;
    notes.push({ document, path: '', code: 'kept_yours', message, because: [] });
  }
}

function chosenName(choice: Choice | null, mine: string, theirs: string): string {
  if (choice?.take === 'value') return typeof choice.value === 'string' ? choice.value : mine;
  return choice?.take === 'theirs' ? theirs : mine;
}

const index = (sources: readonly SourceDocument[]) => new Map(sources.map((source) => [elementId(source.document), source.document]));

/** How the objects of one side will be called, by what that side calls them. */
function objectNames(side: ReadonlyMap<string, MetadataDocument>, names: FinalNames): ReadonlyMap<string, string> {
  const objects = [...side].filter(([, document]) => document.kind === 'object');
  return new Map(objects.map(([id, document]) => [ownName(document), names.get(id) ?? ownName(document)]));
}

/** Kind and full name: no two elements may have the same. */
function placeOf(document: MetadataDocument, name: string, objects: ReadonlyMap<string, string>): string {
  const object = 'object' in document && document.object !== undefined ? { object: objects.get(document.object) ?? document.object } : {};
  // The same document with another name and object, to ask how it would be called.
  return `${document.kind} ${elementName({ ...document, ...object, ...('name' in document ? { name } : {}) } as MetadataDocument)}`;
}
