-- What is due to the actor by mail at $1, of libraries where they have a role and nobody stopped everything, what has been tried before first of all and a
-- crisis before the rest; `over` where it needs no mail any more: it was seen, or what it is about is done.
select d.notice_id as "noticeId", d.way, d.mail_id as "mailId", d.tries,
  (n.seen_at is not null and n.kind <> 'round') or case n.kind
    when 'approval' then not exists (select 1 from reply r where r.id = n.subject_id and r.state = 'in_review')
    when 'assigned' then not exists (select 1 from conversation c where c.id = n.conversation_id and c.assignee_id = n.person_id)
    when 'stopped' then not exists (select 1 from stop s where s.id = n.subject_id and s.resumed_at is null)
    else false end as over
from notice_delivery d join notice n on n.id = d.notice_id
where d.person_id = actor_id() and n.library_id in (select scope()) and n.library_id not in (select stopped_libraries('all'))
  and ((d.state = 'waiting' and d.due_at <= $1) or (d.state = 'sending' and d.lease_until <= $1))
order by (n.kind = 'crisis') desc, (d.mail_id is null), d.due_at, d.notice_id limit 500 for update of d skip locked
