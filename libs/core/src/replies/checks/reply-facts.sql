-- What the database knows of a reply ($1) of a library ($2) that speaks for or against sending it. Unasked replies to its author count for
-- $3 days, the same words for $4. $5 is who would approve it. Of other replies in the conversation those of $6 are known to whoever approves,
-- and those of $7 make way. With $8 the words are the approver's own, whoever wrote those that are stored. A post of our own answers no post `p`. Parts of one
-- answer are one: whose first was not withdrawn counts by that.
select now(), p.posted_at as "postedAt", p.lang as "authorLang", coalesce(c.addressed, false) as addressed, c.at as "contactAt", r.to_post_id is null as "isOwnPost",
  case when c.library_id is not null then coalesce((select l.name from library l where l.id = c.library_id), 'another library') end as "contactBy",
  (select count(distinct a.author_id)::int from heard_post a
   where a.parent_id = p.id and a.library_id = p.library_id and a.known and a.gone_at is null and a.author_id is distinct from p.author_id
     and not exists (select 1 from account u where u.profile_id = a.author_id)) as answers,
  array(select distinct f.label from heard_finding f where f.post_id = p.id and f.library_id = p.library_id) as labels,
  (select jsonb_build_object('library', coalesce(l.name, 'a library of another consortium'), 'since', t.claimed_at)
   from thread_claim t left join library l on l.id = t.library_id where t.thread_id = v.thread_id and t.library_id <> v.library_id) as claim,
  coalesce((
    select jsonb_agg(jsonb_build_object('id', o.id, 'state', o.state, 'by', coalesce(o.approved_by, o.drafted_by), 'at', coalesce(o.sent_at, o.approved_at, o.changed_at),
      'leaves', (o.state in ('approved', 'sending', 'unknown') or (o.state = 'sent' and o.sent_at > r.changed_at)) and o.id <> all($6::uuid[])) order by o.changed_at desc)
    from reply o where o.conversation_id = r.conversation_id and o.library_id = r.library_id and o.whole_id is null and o.id <> whole.id
      and o.id <> all(making_way.ids)
      and (o.state in ('draft', 'in_review', 'approved', 'sending', 'unknown') or (o.state = 'sent' and o.sent_at > coalesce(p.posted_at, r.created_at)))), '[]') as others,
  coalesce((
    select jsonb_agg(jsonb_build_object('by', w.actor_id, 'since', w.since, 'hasIt', v.assignee_id is not distinct from w.actor_id) order by w.since)
    from present w
    where w.conversation_id = r.conversation_id and w.library_id = r.library_id and w.doing = 'typing' and w.actor_id <> $5), '[]') as typing,
  (select count(distinct case when o.to_post_id is null then o.id else q.author_id end)::int from reply o left join heard_post q on q.id = o.to_post_id and q.library_id = o.library_id
   where o.library_id = r.library_id and md5(lower(o.text)) = md5(lower(r.text)) and lower(o.text) = lower(r.text) and coalesce(o.whole_id, o.id) <> whole.id and (o.to_post_id is null or (q.id is not null and q.author_id is distinct from p.author_id))
     and o.state in ('approved', 'sending', 'sent', 'unknown') and coalesce(o.sent_at, o.approved_at) > now() - make_interval(days => $4::int)) as "sameWords",
  $8::boolean or coalesce(r.written_by, r.drafted_by) = $5
    or exists (select 1 from reply b where b.whole_id = whole.id and b.part > r.part and b.state in ('draft', 'in_review') and coalesce(b.written_by, b.drafted_by) = $5) as "isTheirs", (select count(*)::int from (select 1 from reply o where o.drafted_by = $5 and o.state = 'sent' and o.whole_id is null limit 10) sent) as "theirsSent",
  (select l.time_zone from library l where l.id = r.library_id) as "timeZone",
  (select s.role from actor_scope s where s.actor_id = $5 and s.library_id = r.library_id) as role,
  (select jsonb_build_object('what', s.what, 'why', s.why, 'byName', s.by_name) from stop s
   where s.resumed_at is null and s.what in ('all', 'sending') and (s.library_id is null or exists (select 1 from library_line n where n.library_id = r.library_id and n.ancestor_id = s.library_id))
   order by s.library_id is not null, s.stopped_at limit 1) as stop,
  array(select b.text from reply b where b.whole_id = whole.id and b.part > r.part and b.state <> 'withdrawn' order by b.part) as behind
from reply r cross join lateral (select coalesce(r.whole_id, r.id) as id) whole cross join lateral (
    select coalesce(array_agg(o.id), '{}') as ids from reply o where (o.id = any($7::uuid[]) or o.whole_id = any($7::uuid[])) and o.conversation_id = r.conversation_id and o.library_id = r.library_id and o.state in ('draft', 'in_review', 'approved')) making_way
  join conversation v on v.id = r.conversation_id and v.library_id = r.library_id
  left join heard_post p on p.id = r.to_post_id and p.library_id = r.library_id
  left join lateral contact_with_author(p.id, r.library_id, array(select o.id from reply o where o.id = whole.id or o.whole_id = whole.id) || making_way.ids, now() - make_interval(days => $3::int)) c on true
where r.id = $1 and r.library_id = $2 and (r.to_post_id is null or p.id is not null)
