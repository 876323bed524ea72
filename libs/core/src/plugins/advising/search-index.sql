-- $1 the account, $2 every word, $3 any word, $4 how many are wanted, $5 how many of those that match are ranked.
-- One statement, so that it sees one generation of the index, whole. Those that have every word come before those that have some, for
-- which words that every text has ("the") do not count, as far as the language is known.
with index as (select generation, search_config(lang) as config from plugin_index where account_id = $1),
asked as (
  select generation, to_tsquery('simple', $2) || to_tsquery(config, $2) as every_word,
    case when numnode(to_tsquery(config, $3)) = 0 then to_tsquery('simple', $3) else to_tsquery(config, $3) end as any_word
  from index),
whole as materialized (
  select d.key, d.words, d.suggestion, a.every_word as query, 0 as tier
  from asked a join plugin_index_document d on d.account_id = $1 and d.generation = a.generation and d.words @@ a.every_word
  limit $5),
partly as materialized (
  select d.key, d.words, d.suggestion, a.any_word as query, 1 as tier
  from asked a join plugin_index_document d on d.account_id = $1 and d.generation = a.generation and d.words @@ a.any_word and not d.words @@ a.every_word
  where (select count(*) from whole) < $4
  limit $5)
select suggestion from (select * from whole union all select * from partly) found
order by tier, ts_rank(words, query, 1) desc, key
limit $4
