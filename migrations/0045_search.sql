-- Searching: how texts are made alike before they are compared, and how near a word that was typed comes to one that is there.

-- Its functions stand in a schema of their own, where they are found by name whatever else the database holds.
create schema if not exists meta_ext;
do $$
begin
  if exists (select 1 from pg_extension where extname = 'pg_trgm' and extnamespace <> 'meta_ext'::regnamespace) then
    alter extension pg_trgm set schema meta_ext;
  else
    create extension if not exists pg_trgm schema meta_ext;
  end if;
end
$$;

-- Without case and accents. The same is in engine/src/kernel/fold.ts, and a test holds the two together. All of it is immutable, so it is written
-- into a statement in place of its name, and an index can hold it.
create function meta_v.fold(value text) returns text language sql immutable parallel safe
return translate(
  replace(replace(replace(replace(
    regexp_replace(lower(normalize(value, nfkd) collate "default"), E'[\u0300-\u036f]+', '', 'g'),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
  'øłđðħıŧς', 'olddhitσ');

-- Whether some stretch of `words` is much like `word`; an index by trigrams answers it.
create function meta_v.near(word text, words text) returns boolean language sql stable parallel safe
return word operator(meta_ext.<%) words;

-- How much like it, from 0 to 1.
create function meta_v.nearness(word text, words text) returns real language sql immutable parallel safe
return meta_ext.word_similarity(word, words);
