import type { TestSpace } from './space.js';

/** Uses up column slots of a table, as columns do that were added and dropped over the years. Postgres never gives them back. */
export const wasteSlots = ({ test }: Pick<TestSpace, 'test'>, table: string, count: number): Promise<unknown> =>
  test.sql(
    `do $$ begin for n in 1..${count} loop
       execute format('alter table sp1.${table} add column waste%s int', n);
       execute format('alter table sp1.${table} drop column waste%s', n);
     end loop; end $$`,
  );
