import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../metadata/language/field-parts.js';
import { FIELD_TYPES } from '../../engine/src/fields/registry.js';
import '../../runtime-ui/src/fields/editors/editors-part.js';
import { fieldEditor } from '../../runtime-ui/src/fields/field-editors.js';
import { fieldScreen } from '../../runtime-ui/src/fields/registry.js';
import { FIELD_TYPES as STUDIO_TYPES } from '../../studio/src/draft/field-type-table.js';

const { enum: names } = JSON.parse(readFileSync('metadata/schema/field.schema.json', 'utf8')).properties.type;
const studio = new Map(STUDIO_TYPES.map((info) => [info.type, info]));
/** What a type that has computed values says of them depends on the field. */
const isComputed = ({ givenBy }) => givenBy === 'formula' || givenBy === 'rollup';

describe('a field type is the same everywhere', () => {
  it('in the language, the engine and the studio', () => {
    expect(
      Object.keys(FIELD_TYPES)
        .filter((name) => name !== 'id' && name !== 'version')
        .sort(),
    ).toEqual(names.toSorted());
    expect([...studio.keys()].sort()).toEqual(names.toSorted());
  });

  it.each(names)('%s, as the studio knows it', (name) => {
    const engine = FIELD_TYPES[name];
    const info = studio.get(name);
    const { link, linksTo, isPart, choice, givenBy, members } = engine;
    expect({ link, linksTo, isPart, choice, givenBy }).toEqual({
      link: info.link,
      linksTo: info.linksTo,
      isPart: info.isPart,
      choice: info.choice,
      givenBy: info.givenBy,
    });
    if (!isComputed(engine)) expect(info.valueType).toBe(engine.valueType);
    expect(info.canName ?? false).toBe(engine.uses.includes('name'));
    // Members of a link are its own; a template shows the label.
    if (link === undefined) expect(info.members).toEqual(members);
    // What the studio offers, the engine takes.
    for (const use of ['unique', 'indexed', 'default']) if (info.options.includes(use)) expect(engine.uses).toContain(use);
    if (!isComputed(engine) && info.options.includes('searchable')) expect(engine.uses).toContain('searchable');
    expect([...(engine.parts?.keys() ?? [])]).toEqual(partsOf(name).map((part) => part.name));
  });

  it.each(names.filter((name) => !isComputed(FIELD_TYPES[name])))('%s, as screens know it', (name) => {
    const engine = FIELD_TYPES[name];
    const screen = fieldScreen({ type: name });
    expect(screen.type).toBe(name);
    expect(screen.valueType).toBe(engine.valueType);
    expect(screen.link).toBe(engine.link === 'one' ? undefined : engine.link);
    expect(screen.choice).toBe(engine.choice);
    expect(screen.isGiven ?? false).toBe(engine.givenBy !== undefined);
    expect(screen.isWide ?? false).toBe(engine.isWide ?? false);
    expect(fieldEditor({ type: name })).toHaveProperty('edit');
  });
});
