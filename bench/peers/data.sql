-- The rows of the comparison with other platforms, made once: every value is a function of the row's number, so two runs load the same.
create schema peers;
create function peers.pick(i bigint, salt int, words text[]) returns text language sql immutable parallel safe
  return words[1 + bench.number(i, salt, cardinality(words))];

create unlogged table peers.account as
select i, bench.id(12, i) as id,
  peers.pick(i, 3, '{Alpine,Baltic,Cobalt,Delta,Ember,Falcon,Granite,Harbor,Indigo,Juniper,Kestrel,Lunar,Meridian,Nordic,Onyx,Pioneer,Quartz,Rivet,Summit,Tundra}') || ' '
    || peers.pick(i, 4, '{Analytics,Builders,Chemicals,Dynamics,Energy,Foods,Glass,Holdings,Industries,Labs,Logistics,Media,Motors,Optics,Pharma,Robotics,Steel,Systems,Textiles,Water}')
    || ' ' || lpad(i::text, 5, '0') as name,
  peers.pick(i, 5, '{Manufacturing,Retail,Finance,Health,Energy,Software,Transport,Public}') as industry,
  'https://a' || i || '.example.com' as website, bench.id(1, 1 + bench.number(i, 6, 500)) as owner_id
from generate_series(1, 20000) i;

create unlogged table peers.contact as
select i, bench.id(13, i) as id, peers.pick(i, 7, '{Ada,Bruno,Celia,Dario,Eva,Felix,Gina,Hans,Iris,Jan,Kira,Leo,Mia,Noah,Ole,Pia}') as first_name,
  peers.pick(i, 8, '{Adler,Becker,Costa,Diaz,Eder,Frank,Graf,Hahn,Ilic,Jung,Koch,Lang,Moser,Nagel,Orth,Pohl}') as last_name,
  'c' || i || '@example.com' as email, '+49 30 ' || (1000000 + bench.number(i, 9, 9000000)) as phone,
  bench.id(12, 1 + bench.number(i, 10, 20000)) as account, bench.id(1, 1 + bench.number(i, 12, 500)) as owner_id
from generate_series(1, 60000) i;

create unlogged table peers.lead as
select i, bench.id(14, i) as id, 'Lead ' || lpad(i::text, 6, '0') as name, 'lead' || i || '@example.com' as email,
  'Company ' || bench.number(i, 11, 9000) as company, peers.pick(i, 12, '{new,contacted,qualified,disqualified}') as status,
  peers.pick(i, 13, '{web,referral,event,cold,partner}') as source, bench.number(i, 14, 101)::int as score,
  bench.id(1, 1 + bench.number(i, 15, 500)) as owner_id
from generate_series(1, 50000) i;

-- Person 1 is the restricted user and owns two of a hundred deals.
create unlogged table peers.deal as
select i, bench.id(15, i) as id, 'Deal ' || lpad(i::text, 7, '0') as name, bench.id(12, 1 + bench.number(i, 20, 20000)) as account,
  bench.id(13, 1 + bench.number(i, 21, 60000)) as contact,
  bench.id(1, case when bench.number(i, 22, 50) = 0 then 1 else 2 + bench.number(i, 23, 499) end) as owner_id,
  peers.pick(i, 24, '{lead,lead,lead,qualified,qualified,proposal,proposal,negotiation,won,won,lost,lost}') as stage,
  round((500 + 500000 * power(bench.number(i, 25, 1000000) / 1000000.0, 3))::numeric, 2) as amount,
  (10 * bench.number(i, 26, 11))::int as probability, date '2024-01-01' + bench.number(i, 27, 1096)::int as expected_close,
  peers.pick(i, 28, '{open,open,open,closed,stalled}') as status,
  'Note ' || i || ': ' || repeat(peers.pick(i, 29, '{call back next week. ,waiting for legal. ,budget confirmed. ,champion left. }'), 4) as notes,
  peers.pick(i, 30, '{EMEA,AMER,APAC,LATAM}') as cf_region, peers.pick(i, 31, '{new,renewal,upsell}') as cf_type,
  peers.pick(i, 32, '{web,referral,event,cold,partner}') as cf_source, (1 + bench.number(i, 33, 5))::int as cf_priority,
  bench.number(i, 34, 101)::int as cf_score, round(bench.number(i, 35, 10000000) / 100.0, 2) as cf_margin,
  round(bench.number(i, 36, 4000) / 100.0, 2) as cf_discount, date '2023-06-01' + bench.number(i, 37, 900)::int as cf_start,
  peers.pick(i, 38, '{call,demo,quote,contract,none}') as cf_next_step, bench.number(i, 39, 2) = 0 as cf_forecast,
  timestamptz '2025-01-01 00:00:00+00' + bench.number(i, 16, 40000000) * interval '1 second' as created_at
from generate_series(1, 200000) i;

create unlogged table peers.activity as
select i, bench.id(16, i) as id, peers.pick(i, 40, '{call,meeting,email,task}') as type,
  'Activity ' || i || ' ' || peers.pick(i, 41, '{intro,follow-up,demo,negotiation,review}') as subject,
  date '2024-01-01' + bench.number(i, 42, 1096)::int as due, bench.number(i, 43, 2) = 0 as done,
  bench.id(15, 1 + bench.number(i, 44, 200000)) as deal, bench.id(1, 1 + bench.number(i, 45, 500)) as owner_id
from generate_series(1, 300000) i;
analyze peers.account, peers.contact, peers.lead, peers.deal, peers.activity;
