-- What a search looks into: the words of each post beside what lists of conversations ask for, so that conversations are read once, with the words,
-- and not a second time for their order. A view of the world like the others; what it takes does not depend on how much is stored.
create view heard_text as
  select c.id, c.library_id, p.thread_id, c.state, c.until, c.assignee_id, c.hidden_at, c.rank, c.last_post_at, c.waiting_since, c.merged_into, p.id as post_id, p.posted_at, p.lang, p.search
  from post p join conversation c using (thread_id)
  where c.library_id = any(array(select scope())) and c.merged_into is null;
grant select on heard_text to earshot_app;
