-- Takes threads whose look is due ($4 null), or these ($4), of accounts that can ask now; nobody else looks at them meanwhile, while $6 lives. Those in which
-- somebody spoke last come first: after an outage staff see what is new, and the backlog comes behind.
-- `wanted`: somebody asks for it now; or some library still handles it, and it stands under a post of ours, under what is followed by name, or somebody waits in
-- it; or it is closed, and we spoke in it within three days: what an answer gets mostly comes after who gave it was done.
-- `posts`: what to ask about: how it began, what deserves attention, ours, and its newest; of a thread that we began, our post before any source told it.
-- `stored`: answers to it whose words we have, or had: of one that we sent a moment ago we have its place alone, and what the network counts is to bring its
-- words; of our own first post, which nothing stands above that could count it, one fewer than none, until its words are there. `local`: what the account's own host calls it,
-- where that is known: another host's name would have to be looked for, and of what is gone there nothing is found.
with due as (
  select w.thread_id from thread_look w join account a on a.id = w.account_id
  where (($4::uuid[] is null and w.next_at <= $1) or w.thread_id = any($4::uuid[])) and (w.lease_until is null or w.lease_until <= $1 or holder_is_gone(w.lease_holder))
    and a.state = 'on' and a.removed_at is null and a.plugin = any($5::text[]) and a.library_id not in (select stopped('listening'))
  order by w.since desc, w.thread_id limit $3 for update of w skip locked
), taken as (
  update thread_look w set lease_token = w.lease_token + 1, lease_holder = $6, lease_until = $2 from due where w.thread_id = due.thread_id returning w.*
)
select t.thread_id as "threadId", t.account_id as "accountId", a.library_id as "libraryId", a.plugin, t.lease_token::text as token, t.since, t.next_at as "nextAt",
  t.due_since as "dueSince", t.seen_at as "seenAt", t.counts,
  $4::uuid[] is not null or exists (
    select 1 from conversation c where c.thread_id = t.thread_id and c.merged_into is null and c.hidden_at is null and case
      when c.state = 'closed' then exists (select 1 from post o join account u on u.profile_id = o.author_id where o.thread_id = t.thread_id and o.posted_at > $1::timestamptz - interval '3 days')
      else c.waiting_since is not null or exists (select 1 from hearing h where h.conversation_id = c.id and h.cause = 'followed')
        or exists (select 1 from post o join account u on u.profile_id = o.author_id where o.thread_id = t.thread_id) end) as wanted,
  coalesce(p.posts, '[]') as posts
from taken t join account a on a.id = t.account_id
left join lateral (
  select jsonb_agg(jsonb_build_object('id', asked.id, 'network', asked.network, 'remoteId', asked.remote_id,
      'local', (select jsonb_build_object('host', l.host, 'id', l.local_id) from post_alias l where l.post_id = asked.id
        order by l.host is distinct from (select host_of(u.url) from profile u where u.id = a.profile_id), l.host limit 1),
      'stored', case when asked.known then (select count(*) from post answer where answer.parent_id = asked.id and answer.known) else -1 end) order by asked.from_start) as posts
  from (
    select told.*, row_number() over (order by told.posted_at, told.id) as from_start, row_number() over (order by told.posted_at desc nulls last, told.id desc) as from_end
    from post told where told.thread_id = t.thread_id and told.gone_at is null
      and (told.known or (told.parent_id is null and exists (select 1 from account u where u.profile_id = told.author_id)))) asked
  where asked.from_start = 1 or asked.from_end <= 3
    or exists (select 1 from account u where u.profile_id = asked.author_id)
    or exists (select 1 from conversation c where c.thread_id = t.thread_id and c.top_post_id = asked.id)) p on true
order by t.since desc, t.thread_id
