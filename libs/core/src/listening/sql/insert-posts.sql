-- New posts whole, and references of their key only (no version), in the order of their keys, so that writers of the same keys never wait in a ring.
-- A key that another transaction inserted meanwhile is not returned: the caller starts again and finds it.
insert into post(network, remote_id, thread_id, id, known, version, url, posted_at, heard_at, author_id, parent_id, text, html, lang, audience,
  tags, mentions, quotes, link, media, refusals, replies, search, classified_by, ask_at, brought_in)
select network, remote_id, thread_id, id, version is not null, version, url, posted_at, heard_at, author_id, parent_id, text, html, lang, audience,
  array(select jsonb_array_elements_text(lists -> 'tags')), array(select jsonb_array_elements_text(lists -> 'mentions')),
  array(select jsonb_array_elements_text(lists -> 'quotes')),
  lists -> 'link', coalesce(lists -> 'media', '[]'), coalesce(lists -> 'refusals', '[]'), replies,
  case when searchable is not null then to_tsvector(search_config(lang), searchable) end,
  case when coalesce(seen_by, '') = '' then '{}' else string_to_array(seen_by, E'\n') end,
  -- Of what staff brought in nobody can be asked.
  case when version is not null and not brought_in then heard_at + interval '1 hour' end,
  coalesce(brought_in, false)
from unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::uuid[], $10::uuid[],
            $11::text[], $12::text[], $13::text[], $14::text[], $15::jsonb[], $16::int[], $17::text[], $18::text[], $19::boolean[])
  as new(network, remote_id, thread_id, id, version, url, posted_at, heard_at, author_id, parent_id, text, html, lang, audience, lists, replies, searchable, seen_by, brought_in)
order by network, remote_id
on conflict (network, remote_id) do nothing
returning id
