-- The views of the world, as they are, but for how they ask what is the reader's: as an array, which is made once a statement. As a subquery that
-- `in` looks into it became a join, which PostgreSQL planned with all the others (4 of 6 ms of a statement with two of these views) and ran the
-- function for each row that it looked at. Columns are named, since a view must keep those that it has whatever a table was given meanwhile.

create or replace view heard_post as
  select p.id, p.network, p.remote_id, p.thread_id, p.parent_id, p.known, p.version, p.url, p.posted_at, p.heard_at, p.edited_at, p.asked_at, p.ask_at, p.author_id, p.text, p.html, p.lang, p.audience,
    p.tags, p.mentions, p.quotes, p.link, p.media, p.replies, p.refusals, p.classified_by, p.search, p.gone_at, p.gone_why, c.id as conversation_id, c.library_id
  from post p join conversation c using (thread_id)
  where c.library_id = any(array(select scope())) and c.merged_into is null;
create or replace view heard_post_alias as
  select a.post_id, a.network, a.host, a.local_id, c.library_id
  from post_alias a join post p on p.id = a.post_id join conversation c using (thread_id)
  where c.library_id = any(array(select scope())) and c.merged_into is null;
create or replace view heard_profile as
  select r.id, r.network, r.remote_id, r.handle, r.name, r.bio, r.place, r.url, r.avatar, r.moved_to, r.refusals, r.told_at, r.asked_at, r.heeded, r.gone_at, r.gone_why, r.created_at from profile r
  where exists (select 1 from post p join conversation c using (thread_id) where p.author_id = r.id and c.library_id = any(array(select scope())))
     or exists (select 1 from account a where a.profile_id = r.id and a.library_id = any(array(select scope_up() union select scope())))
     or exists (select 1 from do_not_list d where d.profile_id = r.id and d.library_id = any(array(select scope_up() union select scope())));
create or replace view heard_thread as
  select t.id, t.merged_into, t.posts, t.last_post_at, t.created_at, c.library_id, c.id as conversation_id, w.seen_at as replies_seen_at
  from thread t join conversation c on c.thread_id = t.id left join thread_look w on w.thread_id = t.id
  where c.library_id = any(array(select scope())) and c.merged_into is null;
create or replace view heard_finding as
  select f.id, f.post_id, f.classifier, f.version, f.label, f.score, f.spans, f.place, f.restated, f.made_at, c.library_id, c.id as conversation_id
  from finding f join post p on p.id = f.post_id join conversation c using (thread_id)
  where c.library_id = any(array(select scope())) and c.merged_into is null and (f.place is null or f.place = c.library_id);
