import type { LayoutDocument } from '@fieldstone/metadata/types/documents.js';
import { randomCode } from './names.js';
import { withProperties } from './without-undefined.js';

export type Section = LayoutDocument['sections'][number];
export type Entry = Section['fields'][number];
/** Place of a field: index within a section; one past the last puts it at the end. */
export type Place = { readonly section: string; readonly index: number };

const inSection = (layout: LayoutDocument, id: string, change: (section: Section) => Section): LayoutDocument => ({
  ...layout,
  sections: layout.sections.map((section) => (section.id === id ? change(section) : section)),
});

export const setSection = (layout: LayoutDocument, id: string, patch: { [K in keyof Section]?: Section[K] | undefined }): LayoutDocument =>
  inSection(layout, id, (section) => withProperties(section, patch));

export const addSection = (layout: LayoutDocument): LayoutDocument => ({
  ...layout,
  sections: [...layout.sections, { id: `s_${randomCode(6)}`, label: 'New section', columns: 2, fields: [] }],
});

/** Removes a section; its fields return to the palette. The last section stays, because a layout needs one. */
export const removeSection = (layout: LayoutDocument, id: string): LayoutDocument =>
  layout.sections.length === 1 ? layout : { ...layout, sections: layout.sections.filter((section) => section.id !== id) };

export function moveSection(layout: LayoutDocument, id: string, by: number): LayoutDocument {
  const from = layout.sections.findIndex((section) => section.id === id);
  const to = from + by;
  const sections = [...layout.sections];
  const [moved] = sections.splice(from, 1);
  if (moved === undefined || to < 0 || to > sections.length) return layout;
  sections.splice(to, 0, moved);
  return { ...layout, sections };
}

export const placeOfField = (layout: LayoutDocument, field: string): Place | undefined => {
  for (const section of layout.sections) {
    const index = section.fields.findIndex((entry) => entry.field === field);
    if (index >= 0) return { section: section.id, index };
  }
  return undefined;
};

/** Puts a field at a place, from another place or from the palette. `index` counts the fields as they stand before the move. */
export function placeField(layout: LayoutDocument, field: string, to: Place): LayoutDocument {
  const from = placeOfField(layout, field);
  const entry = layout.sections.flatMap((section) => section.fields).find((each) => each.field === field) ?? { field };
  const without = removeField(layout, field);
  const shift = from !== undefined && from.section === to.section && from.index < to.index ? 1 : 0;
  return inSection(without, to.section, (section) => {
    const fields = [...section.fields];
    fields.splice(to.index - shift, 0, entry);
    return { ...section, fields };
  });
}

export const removeField = (layout: LayoutDocument, field: string): LayoutDocument => ({
  ...layout,
  sections: layout.sections.map((section) =>
    section.fields.some((entry) => entry.field === field)
      ? { ...section, fields: section.fields.filter((entry) => entry.field !== field) }
      : section,
  ),
});

/** Moves a field by one place, over the edge of its section into the next one. */
export function nudgeField(layout: LayoutDocument, field: string, by: -1 | 1): LayoutDocument {
  const place = placeOfField(layout, field);
  if (place === undefined) return layout;
  const at = layout.sections.findIndex((section) => section.id === place.section);
  const section = layout.sections[at];
  const index = place.index + by;
  if (section !== undefined && index >= 0 && index < section.fields.length)
    return placeField(layout, field, { section: section.id, index: by === 1 ? index + 1 : index });
  const next = layout.sections[at + by];
  return next === undefined ? layout : placeField(layout, field, { section: next.id, index: by === 1 ? 0 : next.fields.length });
}

export const setEntry = (layout: LayoutDocument, field: string, patch: { [K in keyof Entry]?: Entry[K] | undefined }): LayoutDocument => ({
  ...layout,
  sections: layout.sections.map((section) => ({
    ...section,
    fields: section.fields.map((entry) => (entry.field === field ? withProperties(entry, patch) : entry)),
  })),
});

export type RelatedList = NonNullable<LayoutDocument['related']>[number];

export const addRelated = (layout: LayoutDocument, list: Omit<RelatedList, 'id'>): LayoutDocument => ({
  ...layout,
  related: [...(layout.related ?? []), { id: `r_${randomCode(6)}`, ...list }],
});

export const removeRelated = (layout: LayoutDocument, id: string): LayoutDocument => {
  const related = layout.related?.filter((list) => list.id !== id);
  return withProperties(layout, { related: related?.length === 0 ? undefined : related });
};
