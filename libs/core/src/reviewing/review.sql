-- Follows that should be looked at, and why: their day has come; nothing was heard for $4 weeks; or what they brought in $5 days helped nobody.
-- What is younger than that says nothing yet. A timeline and mentions are ways to hear, and no choice.
with tally as (
  select d.follow_id, max(d.last_at) as last_at, sum(d.heard) filter (where d.day > (now() at time zone 'utc')::date - $5::int)::int as heard
  from follow_day d where d.library_id in (select scope()) group by d.follow_id),
came_of as (
  select h.follow_id, count(*) filter (where h.needs)::int as needs, count(*) filter (where h.answered)::int as answered, count(*) filter (where h.helped)::int as helped, count(*) filter (where h.not_for_us)::int as not_for_us
  from heard_by_follow h where h.opened_at > now() - $5::int * interval '1 day' group by h.follow_id),
judged as (
  select f.id as "followId", lower(f.label) collate "C" as label, t.last_at as "lastHeardAt", coalesce(t.heard, 0) as heard, coalesce(o.needs, 0) as needs, coalesce(o.answered, 0) as answered,
    coalesce(o.helped, 0) as helped, coalesce(o.not_for_us, 0) as "notForUs",
    f.review_on <= (now() at time zone b.time_zone)::date as due,
    greatest(t.last_at, f.added_at) < now() - $4::int * interval '1 week' as silent,
    f.added_at < now() - interval '28 days' and coalesce(t.heard, 0) > 0 and coalesce(o.answered, 0) = 0 and coalesce(o.helped, 0) = 0 as noise
  from follow f join library b on b.id = f.library_id left join tally t on t.follow_id = f.id left join came_of o on o.follow_id = f.id
  where f.library_id in (select scope()) and f.removed_at is null and f.kind not in ('timeline', 'mentions')
    and ($1::uuid is null or f.library_id = $1) and ($2::uuid is null or f.list_id = $2)
    and (f.quiet_until is null or f.quiet_until <= (now() at time zone b.time_zone)::date)),
reviewed as (
  select *, array(select reason from unnest(array['due', 'silent', 'noise'], array[due, silent, noise]) as w(reason, holds) where holds and reason = any($3::text[])) as because from judged
  where (due and 'due' = any($3::text[])) or (silent and 'silent' = any($3::text[])) or (noise and 'noise' = any($3::text[])))
