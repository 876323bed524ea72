-- Takes stored posts about which it is time to ask ($1 now), each with the account that is likeliest to be shown it: one whose own host has a name
-- for it, since of what is gone no other finds anything; else the one that brought its thread, else one by which a library that has it hears, of a plugin ($5) that speaks for its network ($4). Whoever takes it asks within $2; after that it is due again.
-- `local` is what that account's own host calls it, where that is known.
with due as (
  select p.id from post p where p.ask_at <= $1 and p.gone_at is null order by p.ask_at limit $3 for update of p skip locked
), taken as (
  update post p set ask_at = $2 from due where p.id = due.id returning p.*
)
select t.id, t.network, t.remote_id as "remoteId", t.heard_at as "heardAt", a.id as "accountId", a.library_id as "libraryId", a.plugin,
  (select jsonb_build_object('host', l.host, 'id', l.local_id) from post_alias l where l.post_id = t.id
    order by l.host is distinct from (select host_of(u.url) from profile u where u.id = a.profile_id), l.host limit 1) as local
from taken t left join thread_look w on w.thread_id = t.thread_id
left join lateral (
  select a.id, a.library_id, a.plugin, a.profile_id from account a
  where a.state = 'on' and a.removed_at is null and a.health not in ('failed', 'sign-in-again') and a.library_id not in (select stopped('listening'))
    and exists (select 1 from unnest($4::text[], $5::text[]) as speaks(network, plugin) where speaks.network = t.network and speaks.plugin = a.plugin)
    and (a.id = w.account_id or exists (
      select 1 from conversation c join library_line l on l.library_id = c.library_id and l.ancestor_id = a.library_id where c.thread_id = t.thread_id and c.merged_into is null))
  order by not exists (
      select 1 from post_alias l join profile u on u.id = a.profile_id where l.post_id = t.id and l.host = host_of(u.url)),
    a.id is distinct from w.account_id,
    not exists (select 1 from hearing h join follow f on f.id = h.follow_id where h.post_id = t.id and f.account_id = a.id), a.created_at, a.id limit 1) a on true
order by t.ask_at, t.id
