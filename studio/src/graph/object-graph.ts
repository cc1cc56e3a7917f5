import { ofKind, originOf, type Draft } from '../draft/draft.js';
import { fieldTypeInfo, isRelation, isRequired, targetsOf } from '../draft/field-types.js';
import { arrange, type Position } from './arrange.js';

export type ObjectBox = {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly icon: string | undefined;
  readonly origin: string;
  readonly fields: readonly {
    readonly id: string;
    readonly label: string;
    readonly type: string;
    readonly required: boolean;
    readonly isLink: boolean;
  }[];
};

export type LookupLine = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** As read along the line: many records of `from` point to one, to at most one, or to many of `to`. */
  readonly cardinality: '* : 1' | '* : 0..1' | '* : *';
  readonly isPart: boolean;
};

export const BOX_WIDTH = 220;
const HEAD_HEIGHT = 44;
const ROW_HEIGHT = 22;
/** Rows drawn in a box; the rest is counted. */
export const ROWS_SHOWN = 8;

/** Objects and lookups as boxes and lines, from the draft. */
export function objectGraph(draft: Draft): { boxes: ObjectBox[]; lines: LookupLine[] } {
  const objects = ofKind(draft, 'object');
  const fields = ofKind(draft, 'field');
  const idOf = new Map(objects.map((object) => [object.name, object.id]));
  const boxes = objects.map((object) => ({
    id: object.id,
    name: object.name,
    label: object.label,
    icon: object.icon,
    origin: originOf(draft, object.id),
    fields: fields
      .filter((field) => field.object === object.name)
      .map((field) => ({
        id: field.id,
        label: field.label,
        type: field.type,
        required: isRequired(field),
        isLink: isRelation(field.type),
      })),
  }));
  const lines = fields.flatMap((field): LookupLine[] => {
    const from = idOf.get(field.object);
    if (!isRelation(field.type) || from === undefined) return [];
    const isSure = isRequired(field);
    const { link, isPart = false } = fieldTypeInfo(field.type);
    return targetsOf(field).flatMap((target): LookupLine[] => {
      const to = idOf.get(target);
      if (to === undefined) return [];
      return [
        {
          // A link to any of several is a line to each.
          id: field.targets === undefined ? field.id : `${field.id} ${target}`,
          from,
          to,
          label: field.label,
          cardinality: link === 'many' ? '* : *' : isSure ? '* : 1' : '* : 0..1',
          isPart,
        },
      ];
    });
  });
  return { boxes, lines };
}

export const boxHeight = (box: ObjectBox): number =>
  HEAD_HEIGHT + (Math.min(box.fields.length, ROWS_SHOWN) + (box.fields.length > ROWS_SHOWN ? 1 : 0)) * ROW_HEIGHT + 8;

/** Automatic positions: what is pointed to stands to the right of what points. */
export function arrangeObjects(boxes: readonly ObjectBox[], lines: readonly LookupLine[]): Map<string, Position> {
  return arrange(
    boxes.map((box) => ({ id: box.id, width: BOX_WIDTH, height: boxHeight(box) })),
    lines,
    { direction: 'LR', gap: 36, rankGap: 120 },
  );
}
