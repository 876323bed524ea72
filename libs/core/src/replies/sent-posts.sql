-- The posts of ours that replies ($1) became, as far as a source brought them, and what they got: by the name that the network told us; of one that was
-- written by hand, the account's own answer to the same post, which holds its words; of a post of our own whose name nobody told us, the one of the account
-- with these words that was posted next to when somebody said that it is out. `answers`: those that can be read here, but for our own.
select r.id, p.url, p.network, p.remote_id as "remoteId", p.likes, p.boosts, p.counted_at as "countedAt",
  (select count(*)::int from heard_post answer where answer.parent_id = p.id and answer.library_id = r.library_id and answer.known and answer.gone_at is null
     and not exists (select 1 from account u where u.profile_id = answer.author_id)) as answers
from reply r join lateral (
  (select p.* from heard_post p
   where p.library_id = r.library_id and p.known and p.network = r.sent_ref->>'network' and p.remote_id = r.sent_ref->>'id')
  union all
  (select p.* from heard_post p join account a on a.id = r.account_id and a.profile_id = p.author_id
   where r.sent_ref ? 'byHand' and p.library_id = r.library_id and p.known and p.parent_id = r.to_post_id
     and position(lower(regexp_replace(r.text, '\s+', ' ', 'g')) in lower(regexp_replace(p.text, '\s+', ' ', 'g'))) > 0
   order by p.posted_at, p.id)
  union all
  (select p.* from heard_post p join account a on a.id = r.account_id and a.profile_id = p.author_id
   where r.to_post_id is null and r.sent_ref ?| array['byHand', 'decided'] and p.library_id = r.library_id and p.known and p.parent_id is null
     and p.posted_at between r.sent_at - interval '1 day' and r.sent_at + interval '1 day'
     and position(lower(regexp_replace(r.text, '\s+', ' ', 'g')) in lower(regexp_replace(p.text, '\s+', ' ', 'g'))) > 0
   order by greatest(p.posted_at - r.sent_at, r.sent_at - p.posted_at), p.id)
  limit 1) p on true
where r.id = any($1::uuid[]) and r.library_id in (select scope()) and r.sent_at is not null
