-- The best that we would write by hand for the same page, without asking who may see it. $1: the libraries.
with page as (
  select c.* from unnest($1::uuid[]) l(id) cross join lateral (
    select * from conversation c where c.library_id = l.id and c.state = 'open' and c.merged_into is null and c.hidden_at is null and (c.until is null or c.until <= now())
    order by c.rank desc, c.id desc limit 26) c
  order by c.rank desc, c.id desc limit 26)
select c.id, c.state, c.reasons, p.text, a.handle, l.posted_at, b.handle as last_by, f.label, f.score, s.name
from page c left join post p on p.id = c.top_post_id left join profile a on a.id = p.author_id left join person s on s.actor_id = c.assignee_id
left join lateral (select * from post l where l.thread_id = c.thread_id and l.known and l.gone_at is null order by l.posted_at desc limit 1) l on true left join profile b on b.id = l.author_id
left join lateral (select f.label, f.score from post q join finding f on f.post_id = q.id where q.thread_id = c.thread_id order by f.score desc limit 1) f on true
order by c.rank desc, c.id desc
