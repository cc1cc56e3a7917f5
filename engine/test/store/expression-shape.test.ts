import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCondition, type Scope } from '@fieldstone/metadata/language/parse-condition.js';
import { expressionToSql, type ExpressionContext } from '../../src/store/expression-to-sql.js';
import { condition } from '../support/condition-arbitrary.js';
import { active, thingScope } from '../support/expression-world.js';

const v = (name: string) => ({ var: name });

function translate(json: unknown, more: Partial<ExpressionContext> = {}, scope: Scope = thingScope): { sql: string; values: unknown[] } {
  const parsed = parseCondition(json, scope);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const values: unknown[] = [];
  const sql = expressionToSql(parsed.expression, {
    active,
    tenantParam: '$1',
    alias: { record: 't', previous: 'p', outer: 'o' },
    userParam: '$2',
    nowParam: '$3',
    timeZoneParam: '$4',
    param: (value) => `$${String(values.push(value) + 4)}`,
    ...more,
  });
  return { sql, values };
}

/** Aliases that a statement brings in, and those that it holds to the tenant. */
const brought = (sql: string): string[] => [...sql.matchAll(/"sp1_v"\."[a-z_0-9]+" "(e_\d+)"/g)].map((match) => String(match[1]));
const held = (sql: string): string[] => [...sql.matchAll(/"(e_\d+)"\.tenant_id = \$1\b/g)].map((match) => String(match[1]));

describe('the SQL of a condition', () => {
  it('has the tenant of the caller on every alias, and every alias once', () => {
    fc.assert(
      fc.property(condition, (json) => {
        const { sql } = translate(json);
        expect(brought(sql)).toEqual(held(sql));
        expect(new Set(brought(sql)).size).toBe(brought(sql).length);
        // Relations are looked at with EXISTS, never joined: no row is counted twice.
        expect(sql).not.toMatch(/\bjoin\b/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds nothing of the metadata or of the values but quoted identifiers and placeholders', () => {
    fc.assert(
      fc.property(condition, (json) => {
        const { sql } = translate(json);
        const rest = sql.replace(/"(?:[^"]|"")*"/g, 'id').replace(/\$\d+/g, '?');
        // The format of an autonumber is the one text of the metadata: it comes quoted from its field type.
        expect(rest.replaceAll(`'T-'`, '').replaceAll(`'/x'`, '').replaceAll(`'0'`, '')).not.toMatch(/['$;]|--|\/\*/);
      }),
      { numRuns: 1_000 },
    );
  });

  it('turns a comparison over a link into EXISTS, which can become a join', () => {
    const { sql, values } = translate({ '==': [v('box.parent.name'), `x' or '1'='1`] });
    expect(sql).toBe(
      'exists (select 1 from "sp1_v"."box_1" "e_1" where "e_1".tenant_id = $1 and "e_1".id = "t"."box ""thing""" and ' +
        'exists (select 1 from "sp1_v"."box_1" "e_2" where "e_2".tenant_id = $1 and "e_2".id = "e_1"."parent ""box""" and "e_2"."name ""box""" = $5::text))',
    );
    expect(values).toEqual([`x' or '1'='1`]);
  });

  it('puts the guard of the caller on every record it reaches, and keeps the aliases of the guard apart', () => {
    const reached: string[] = [];
    const pathGuard = (object: string, alias: string): string => {
      reached.push(`${object} ${alias}`);
      if (object !== 'part') return `${object}_may_be_read("${alias}")`;
      const scope: Scope = { ...thingScope, object: 'part' };
      return translate({ '==': [v('box.name'), 'x'] }, { alias: { record: alias } }, scope).sql;
    };
    const { sql } = translate({ any: ['parts', { '==': [v('box.owner.name'), 'x'] }] }, { pathGuard });
    expect(reached).toEqual(['part e_1', 'box e_2', 'user e_3']);
    expect(sql).toContain(
      '"e_1".tenant_id = $1 and (exists (select 1 from "sp1_v"."box_1" "e_2" where "e_2".tenant_id = $1 and "e_2".id = "e_1"."box ""part"""',
    );
    expect(sql).toContain('user_may_be_read("e_3")');
  });

  it('names only the placeholders it uses', () => {
    const never = () => {
      throw new Error('not needed');
    };
    const context = Object.defineProperties(
      {},
      {
        userParam: { get: never, enumerable: true },
        nowParam: { get: never, enumerable: true },
        timeZoneParam: { get: never, enumerable: true },
      },
    );
    const parsed = parseCondition({ '==': [v('name'), 'x'] }, thingScope);
    const full = Object.defineProperties(context, {
      active: { value: active },
      tenantParam: { value: '$1' },
      alias: { value: { record: 't' } },
      param: { value: () => '$2' },
    }) as ExpressionContext;
    expect(parsed.ok && expressionToSql(parsed.expression, full)).toBe('"t"."name ""thing""" = $2::text');
  });

  it.each<[string, unknown, Partial<ExpressionContext>]>([
    ['a record before, where there is none', { '==': [v('$previous.name'), 'x'] }, { alias: { record: 't' } }],
    ['a change, where there is none', { changed: 'name' }, { alias: { record: 't' } }],
    ['an outer record, where there is none', { '==': [v('$record.name'), 'x'] }, { alias: { record: 't' } }],
    [
      'a column that was retired',
      { '==': [v('name'), 'x'] },
      { active: { ...active, bindings: { ...active.bindings, columns: new Map() } } },
    ],
    [
      'a table that is not there',
      { any: ['parts', { '==': [v('name'), 'x'] }] },
      { active: { ...active, bindings: { ...active.bindings, tables: new Map() } } },
    ],
  ])('is never made without %s', (_name, json, more) => {
    expect(() => translate(json, more)).toThrow(/an expression/);
  });
});
