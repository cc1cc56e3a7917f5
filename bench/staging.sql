-- The data of the bench, made once: every value is a function of the row's number, so two runs load the same rows.
-- Loaded from here into the floor's tables and into the platform's.
create schema bench;
create function bench.number(i bigint, salt int, size bigint) returns bigint language sql immutable parallel safe
  return (hashint8extended(i, salt) & 9223372036854775807) % size;
create function bench.word(i bigint, salt int, words text[]) returns text language sql immutable parallel safe
  return words[1 + bench.number(i, salt, cardinality(words))];
-- Version 7 ids in the order of the numbers.
create function bench.id(kind int, i bigint) returns uuid language sql immutable parallel safe
  return (lpad(to_hex(1760000000000 + i * 7), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' || lpad(to_hex(bench.number(i, kind, 1152921504606846976)), 15, '0'))::uuid;

create unlogged table bench.staff as
  select i, bench.id(1, i) as id, 'Person ' || lpad(i::text, 4, '0') as name, 'person' || i || '@bench.example' as email from generate_series(1, 500) i;

create unlogged table bench.account as
  select i, bench.id(2, i) as id,
    bench.word(i, 1, '{Amber,Birch,Copper,Dawn,Elm,Fjord,Grove,Heath,Iron,Jade,Knoll,Lake,Moor,North,Opal,Pine,Quay,Ridge,Stone,Thorn}') || ' '
      || bench.word(i, 2, '{Bakery,Clinic,Devices,Engines,Fabrics,Garden,Hotels,Insurance,Journal,Kitchens,Lumber,Mills,Networks,Optics,Paper,Quarry,Rail,Shipping,Tools,Utilities}') || ' ' || i as name,
    bench.id(1, 1 + bench.number(i, 3, 500)) as owner_id,
    bench.word(i, 4, '{prospect,customer,partner}') as category
  from generate_series(1, 20000) i;

create unlogged table bench.contact as
  select n.i, bench.id(3, n.i) as id, bench.word(n.i, 5, '{Ana,Ben,Cleo,Dan,Eve,Finn,Gil,Hal,Ida,Jon,Kim,Lou,Max,Nell,Ott,Pam}') || ' '
      || bench.word(n.i, 6, '{Abel,Bauer,Cruz,Dahl,Egger,Frey,Gross,Holm,Imhof,Jost,Kern,Lund,Marx,Noll,Ott,Pohl}') || ' ' || n.i as name,
    a.id as account_id, a.owner_id, 'c' || n.i || '@bench.example' as email
  from generate_series(1, 60000) n(i) join bench.account a on a.i = 1 + bench.number(n.i, 7, 20000);

-- Person 1 is the restricted user of the bench and owns two of a hundred deals.
create unlogged table bench.deal as
  select n.i, bench.id(4, n.i) as id, 'Deal ' || lpad(n.i::text, 6, '0') as name,
    c.account_id, c.id as contact_id,
    bench.id(1, case when bench.number(n.i, 8, 50) = 0 then 1 else 2 + bench.number(n.i, 9, 499) end) as owner_id,
    round((500 + 480000 * power(bench.number(n.i, 10, 1000000) / 1000000.0, 3))::numeric, 2) as amount,
    date '2026-01-01' + bench.number(n.i, 11, 700)::int as expected_close_date,
    bench.word(n.i, 12, '{inbound,inbound,outbound,referral,partner}') as source,
    bench.number(n.i, 13, 1000) as stage_pick,
    timestamptz '2025-01-01 00:00:00+00' + bench.number(n.i, 14, 40000000) * interval '1 second' as created_at
  from generate_series(1, 200000) n(i) join bench.contact c on c.i = 1 + bench.number(n.i, 15, 60000);
analyze bench.account, bench.contact, bench.deal;
