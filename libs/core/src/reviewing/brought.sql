-- What each follow brought in the last $2 days to the reader's libraries.
select f.follow_id as "followId", t.last_at as "lastHeardAt", coalesce(t.heard, 0)::int as heard, coalesce(o.needs, 0)::int as needs, coalesce(o.answered, 0)::int as answered,
  coalesce(o.helped, 0)::int as helped, coalesce(o.not_for_us, 0)::int as "notForUs"
from unnest($1::uuid[]) as f(follow_id)
left join lateral (
  select max(d.last_at) as last_at, sum(d.heard) filter (where d.day > (now() at time zone 'utc')::date - $2::int) as heard
  from follow_day d where d.follow_id = f.follow_id and d.library_id in (select scope())) t on true
left join lateral (
  select count(*) filter (where h.needs) as needs, count(*) filter (where h.answered) as answered, count(*) filter (where h.helped) as helped, count(*) filter (where h.not_for_us) as not_for_us
  from heard_by_follow h where h.follow_id = f.follow_id and h.opened_at > now() - $2::int * interval '1 day') o on true
