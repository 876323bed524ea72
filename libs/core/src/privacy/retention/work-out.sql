-- Works out, for up to $1 conversations that changed, as what they are kept and until when. $2: days by kind, where no library says.
-- Counted from the last thing that happened; what was said in the future, says a network, counts from now. What we begin is kept as what somebody needs.
with due as (
  select id from conversation where keep_until is null and merged_into is null order by id limit $1 for update skip locked
), policy as (
  select l.id as library_id, $2::jsonb || coalesce(jsonb_object_agg(p.kind, p.days) filter (where p.kind is not null), '{}') as days
  from (select distinct c.library_id as id from conversation c join due using (id)) l
  left join lateral (
    select distinct on (r.kind) r.kind, r.days from library_line up join retention_policy r on r.library_id = up.ancestor_id
    where up.library_id = l.id order by r.kind, up.distance) p on true
  group by l.id
), fact as (
  select c.id, policy.days, h.live or c.state = 'begun' as live, h.brought_in, h.keep_days, k.need or h.addressed or c.state = 'begun' as need, k.sensitive, k.short or h.passing as short,
    c.state = 'answered' or coalesce(r.answered, false) as answered, greatest(c.opened_at, least(c.last_post_at, now()), r.last_at, c.until) as since
  from due join conversation c using (id) join policy on policy.library_id = c.library_id
  cross join lateral (
    select coalesce(bool_or(x.live), false) as live, coalesce(bool_and(x.brought_in) filter (where x.live), false) as brought_in, coalesce(bool_or(x.addressed), false) as addressed,
      case when bool_and(x.keep_days is not null) filter (where x.live) then max(x.keep_days) filter (where x.live) end as keep_days, coalesce(bool_or(x.passing), false) as passing
    from (
      select h.cause = 'addressed' as addressed, coalesce(f.brought_in, false) or p.brought_in as brought_in, f.keep_days,
        -- Whose author the network hides, and what staff brought in by hand.
        p.brought_in or (p.known and p.author_id is null and p.gone_at is null) as passing,
        h.cause in ('addressed', 'brought-in', 'handed-over') or (f.removed_at is null and l.removed_at is null and f.id is not null) as live
      from hearing h join post p on p.id = h.post_id left join follow f on f.id = h.follow_id left join follow_list l on l.id = f.list_id where h.conversation_id = c.id) x) h
  cross join lateral (
    select coalesce(bool_or(k.keeps = 'short'), false) as short, coalesce(bool_or(k.keeps = 'sensitive'), false) as sensitive, coalesce(bool_or(k.need and f.score >= 0.5), false) as need
    from post p join finding f on f.post_id = p.id join label_keeping k on k.label = f.label where p.thread_id = c.thread_id and (f.place is null or f.place = c.library_id)) k
  left join lateral (
    select bool_or(r.state in ('approved', 'sending', 'sent', 'unknown')) as answered, max(coalesce(r.sent_at, r.changed_at)) filter (where r.state <> 'withdrawn') as last_at from reply r where r.conversation_id = c.id) r on true
), kind as (
  select f.*, case when answered then 'answered' when not live then 'context' when sensitive then 'sensitive' when brought_in then 'brought-in' when need then 'need' else 'no-need' end as kept_as,
    case when not live then 'context' when brought_in then 'brought-in' when need then 'need' else 'no-need' end as otherwise
  from fact f
), span as (
  select k.id, k.kept_as, k.since,
    least(
      case when answered then (days ->> 'answered')::int when keep_days is not null and live then keep_days else (days ->> otherwise)::int end,
      case when sensitive and not answered then (days ->> 'sensitive')::int end,
      case when short and not answered then shortest end) as keeps,
    least((days ->> 'answered')::int, (days ->> 'answered-words')::int, case when short then shortest end) as words
  from kind k cross join lateral (select min(value::int) as shortest from jsonb_each_text(k.days)) s
)
update conversation c set kept_as = s.kept_as, keep_until = s.since + make_interval(days => s.keeps),
  words_until = s.since + make_interval(days => case when s.kept_as = 'answered' then s.words else s.keeps end)
from span s where c.id = s.id
returning c.id
