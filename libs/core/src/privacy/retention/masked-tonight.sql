-- Posts of others whose words go by $2 from conversations that stay, of these libraries ($1). As let-go.ts does it.
select count(distinct p.id)::int as posts
from conversation c join post p using (thread_id)
where c.library_id = any($1::uuid[]) and c.merged_into is null and c.words_until <= $2 and c.keep_until > $2 and c.words_until < c.keep_until and p.known and p.gone_at is null
  and not exists (select 1 from account a where a.profile_id = p.author_id)
  and not exists (select 1 from conversation o where o.thread_id = c.thread_id and o.merged_into is null and (o.keep_until is null or o.words_until > $2))
