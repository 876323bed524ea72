-- What a post of a library's own got: kept of no other post. Null: nobody counted, or the network does not tell.
alter table post add column likes int, add column boosts int, add column counted_at timestamptz,
  add constraint counted_once check ((counted_at is null) = (likes is null and boosts is null));

create or replace view heard_post as
  select p.id, p.network, p.remote_id, p.thread_id, p.parent_id, p.known, p.version, p.url, p.posted_at, p.heard_at, p.edited_at, p.asked_at, p.ask_at, p.author_id, p.text, p.html, p.lang, p.audience,
    p.tags, p.mentions, p.quotes, p.link, p.media, p.replies, p.refusals, p.classified_by, p.search, p.gone_at, p.gone_why, c.id as conversation_id, c.library_id, p.likes, p.boosts, p.counted_at
  from post p join conversation c using (thread_id)
  where c.library_id = any(array(select scope())) and c.merged_into is null;

alter table timeline drop constraint timeline_kind_check;
alter table timeline add constraint timeline_kind_check check (kind in ('opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown',
  'tagged', 'untagged', 'noted', 'marked', 'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back', 'amended', 'removed', 'liked', 'boosted', 'handed-over', 'given-back', 'need-met', 'followed-back', 'brought-in', 'taken-back'));

-- When staff were told of a stop; null of what was stopped where nobody runs who could tell them.
alter table stop add column told_at timestamptz;
update stop set told_at = stopped_at;
drop trigger wait_for_takers on stop;
create trigger wait_for_takers before insert or update of resumed_at on stop for each statement execute function wait_for_takers();
grant update (told_at) on stop to earshot_listener;
create policy told on stop for update to earshot_listener using (true) with check (true);

-- What was on its way when sending was stopped is asked for all the same, unless all is stopped: whether it arrived. Where it did not it is a draft again, as
-- what had not left: see the outbox.
create or replace function due_replies(at timestamptz, most int) returns table(reply_id uuid, account_id uuid, actor_id uuid)
  language sql stable security definer set search_path = public, pg_temp as $$
  select d.id, d.account_id, y.actor_id from (
    select distinct on (r.account_id) r.id, r.account_id, r.library_id, coalesce(r.lease_until, r.due_at) as since from reply r
    where ((r.state = 'approved' and r.due_at <= at and r.library_id not in (select stopped_libraries('sending')))
        or (r.state = 'sending' and r.lease_until <= at and r.library_id not in (select stopped_libraries('all'))))
      and not account_is_sending(r.account_id, at) and not waits_behind(r.id)
    order by r.account_id, coalesce(r.lease_until, r.due_at), r.id) d join system_actor y on y.library_id = d.library_id
  order by d.since, d.id limit most $$;
create or replace function next_reply_due() returns timestamptz language sql stable security definer set search_path = public, pg_temp as $$
  select least((select min(case state when 'approved' then due_at else lease_until end) from reply
      where ((state = 'approved' and library_id not in (select stopped_libraries('sending'))) or (state = 'sending' and library_id not in (select stopped_libraries('all')))) and not waits_behind(id)),
    (select min(place_due) from reply where place_due is not null)) $$;
grant execute on function void_approvals(uuid[], text, text, uuid) to earshot_worker;
