/**
 * One batch over the rows of a table in the order of their key, as often as there are rows after the last one.
 *
 * Shape:  $1 and $2 are id and tenant of the last row done, $3 how many come next. The answer is one row: `rows` looked at, `changed`, and the
 *         key of the `last` one. `effects` are further CTEs over the rows `n` that were changed; `former` is what `b` keeps of them.
 */
export function batchOf(at: string, set: string, where: string, effects: readonly string[] = [], former?: string): string {
  return [
    `with b as materialized (`,
    `  select "id", "tenant_id"${former === undefined ? '' : `, ${former}`} from ${at} where ("id", "tenant_id") > ($1::uuid, $2::int) order by "id", "tenant_id" limit $3::int for no key update`,
    `), n as (`,
    `  update ${at} t set ${set}`,
    `    from b where t."id" = b."id" and t."tenant_id" = b."tenant_id" and (${where})`,
    `  returning t.*`,
    `)${effects.map((sql, index) => `, x${String(index)} as (${sql})`).join('')}`,
    `select (select count(*)::int from b) as rows, (select count(*)::int from n) as changed,`,
    `  (select json_build_object('id', b."id", 'tenant', b."tenant_id") from b order by b."id" desc, b."tenant_id" desc limit 1) as last`,
  ].join('\n');
}
