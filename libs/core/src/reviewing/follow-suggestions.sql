-- Whom else a library ($1) could follow: who took part in conversations that it answered in the last half year, and what others of its consortium follow.
-- Not whom it follows, or one above it; nor who is gone, refuses one of the purposes $2, is on a do-not list, or was dismissed.
with line as (select ancestor_id from library_line where library_id = $1),
answered as (select distinct r.conversation_id from reply r where r.library_id = $1 and r.state = 'sent' and r.sent_at > now() - interval '180 days'),
took_part as (
  select 'profile' as kind, a.network, a.remote_id as key, max(coalesce(a.name || ' (' || a.handle || ')', a.handle, a.remote_id)) as label, count(distinct p.conversation_id)::int as conversations, 0 as libraries
  from answered c join heard_post p on p.conversation_id = c.conversation_id and p.library_id = $1 join heard_profile a on a.id = p.author_id
  where a.gone_at is null and a.told_at is not null and not exists (select 1 from jsonb_array_elements(a.refusals) refusal where refusal ->> 'purpose' = any($2::text[]))
    and not exists (select 1 from account o where o.profile_id = a.id)
    and not exists (select 1 from do_not_list d where d.profile_id = a.id and d.lifted_at is null and d.library_id in (select ancestor_id from line))
  group by a.network, a.remote_id),
offered as (
  select kind, network, key, max(label) as label, sum(conversations)::int as conversations, sum(libraries)::int as libraries
  from (select * from took_part union all select kind, network, key, label, 0, libraries from followed_elsewhere($1)) each group by kind, network, key),
suggested as (
  select s.*, 10 * s.conversations + s.libraries as weight from offered s
  where not exists (select 1 from follow f where f.library_id in (select ancestor_id from line) and f.kind = s.kind and f.network = s.network and f.key = s.key and f.removed_at is null)
    and not exists (select 1 from follow_dismissal d where d.library_id = $1 and d.kind = s.kind and d.network = s.network and d.key = s.key))
