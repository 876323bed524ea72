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
