-- What the notices $1 of the actor say, the newest last. The post stands in it only where the nearest library that says anything of it wants it so.
select n.id, n.kind, n.title, n.body, n.path, n.conversation_id as "conversationId", l.name as "libraryName",
  (select f.restated from heard_finding f where f.conversation_id = c.id and f.post_id = c.top_post_id and f.restated is not null order by f.score desc, f.id limit 1) as need,
  case when coalesce((select p.shows_posts from library_line up join notice_policy p on p.library_id = up.ancestor_id where up.library_id = n.library_id order by up.distance limit 1), false)
    then (select jsonb_build_object('text', p.text, 'by', coalesce(r.handle, r.name, 'somebody')) from heard_post p left join heard_profile r on r.id = p.author_id
      where p.id = c.top_post_id and p.library_id = n.library_id and p.text is not null and p.gone_at is null) end as post
from notice n join library l on l.id = n.library_id left join conversation c on c.id = n.conversation_id and c.library_id = n.library_id
where n.id = any($1::uuid[]) and n.person_id = actor_id() order by (n.kind = 'crisis') desc, n.told_at, n.id
