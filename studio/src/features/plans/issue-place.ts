import type { PlanAnswer } from '@fieldstone/metadata/types/wire.js';
import { documentsOf, elementName, type Draft } from '../../draft/draft.js';
import { KIND_LABELS, placeOf } from '../shell/places.js';

type Issue = PlanAnswer['issues'][number];

/** Which element an issue is about, from the file it names ("<kind> <name>", or the path of a file of a pack), and the place within it. */
export function issuePlace(
  draft: Draft,
  issue: Issue,
): { label: string; link: string | undefined; pointer: string; id: string | undefined } {
  const file = issue.file ?? '';
  const document = documentsOf(draft).find((candidate) => {
    const name = elementName(candidate);
    return (
      file === candidate.id ||
      file === `${candidate.kind} ${name}` ||
      file.endsWith(`${candidate.kind}s/${name}.json`) ||
      issue.path.startsWith(`/${candidate.kind}/${name}/`)
    );
  });
  if (document === undefined)
    return { label: file === '' ? 'The metadata as a whole' : file, link: undefined, pointer: issue.path, id: undefined };
  return { label: `${KIND_LABELS[document.kind]} ${elementName(document)}`, link: placeOf(document), pointer: issue.path, id: document.id };
}
