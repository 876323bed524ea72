-- What is due to the actor by mail at $1, of libraries where they have a role and nobody stopped everything, what has been tried before first of all and a
-- crisis before the rest; `over` where it needs no mail any more.
select d.notice_id as "noticeId", d.way, d.mail_id as "mailId", d.tries,
  notice_is_over(n) as over
from notice_delivery d join notice n on n.id = d.notice_id
where d.person_id = actor_id() and n.library_id in (select scope()) and n.library_id not in (select stopped_libraries('all'))
  and ((d.state = 'waiting' and d.due_at <= $1) or (d.state = 'sending' and d.lease_until <= $1))
order by (n.kind = 'crisis') desc, (d.mail_id is null), d.due_at, d.notice_id limit 500 for update of d skip locked
