-- Who wrote a post that is heard. Whether somebody is heard at all, heard_profile finds out by any of their posts: of a newspaper that forty libraries
-- follow it may look at hundreds before it comes to one of the reader's.
create view heard_author as
  select p.id as post_id, c.library_id, r.id, r.network, r.remote_id, r.handle, r.name, r.bio, r.place, r.url, r.avatar, r.moved_to, r.refusals, r.told_at, r.asked_at, r.heeded, r.gone_at, r.gone_why, r.created_at
  from post p join conversation c using (thread_id) join profile r on r.id = p.author_id
  where c.library_id = any(array(select scope())) and c.merged_into is null;
grant select on heard_author to earshot_app;
