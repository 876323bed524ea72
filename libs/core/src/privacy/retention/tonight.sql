-- What goes by $2 of what these libraries ($1) keep: conversations, and posts where no library keeps the thread longer.
select c.library_id as "libraryId", c.kept_as as "keptAs", count(*)::int as conversations,
  coalesce(sum((select count(*) from post p where p.thread_id = c.thread_id and p.known and p.gone_at is null)) filter (where not exists (
    select 1 from conversation o where o.thread_id = c.thread_id and o.merged_into is null and o.keep_until > $2)), 0)::int as posts
from conversation c
where c.library_id = any($1::uuid[]) and c.merged_into is null and c.keep_until <= $2
group by c.library_id, c.kept_as order by c.library_id, c.kept_as
