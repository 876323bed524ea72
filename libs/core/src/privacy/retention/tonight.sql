-- What goes by $2 of what these libraries ($1) keep: conversations, and posts with the last conversation of their thread, where no library keeps it
-- longer. As let-go.ts does it.
with due as (
  select c.id, c.library_id, c.thread_id, c.kept_as, row_number() over (partition by c.thread_id order by c.keep_until desc, c.id desc) = 1 as is_last from conversation c
  where c.merged_into is null and c.keep_until <= $2
    and not exists (select 1 from reply r where r.conversation_id = c.id and r.state in ('approved', 'sending', 'unknown'))
)
select d.library_id as "libraryId", coalesce(d.kept_as, 'context') as "keptAs", count(*)::int as conversations,
  coalesce(sum((select count(*) from post p where p.thread_id = d.thread_id and p.known and p.gone_at is null)) filter (where d.is_last and not exists (
    select 1 from conversation o where o.thread_id = d.thread_id and o.merged_into is null
      and (o.keep_until is null or o.keep_until > $2 or exists (select 1 from reply r where r.conversation_id = o.id and r.state in ('approved', 'sending', 'unknown'))))), 0)::int as posts
from due d
where d.library_id = any($1::uuid[])
group by 1, 2 order by 1, 2
