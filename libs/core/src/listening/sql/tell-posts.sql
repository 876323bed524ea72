-- What a post says, put onto its row: the first time, or in a newer version. Rows come in the order of their ids, which is that of their locking.
-- Equal versions change nothing. Versions that are both moments compare as such, so that a late delivery of an old one changes nothing either.
update post p set
  known = true, version = t.version, url = t.url, posted_at = t.posted_at, heard_at = coalesce(p.heard_at, t.heard_at),
  edited_at = case when p.known then t.heard_at end,
  author_id = t.author_id, parent_id = coalesce(t.parent_id, p.parent_id),
  text = t.text, html = t.html, lang = t.lang, audience = t.audience,
  tags = array(select jsonb_array_elements_text(t.lists -> 'tags')), mentions = array(select jsonb_array_elements_text(t.lists -> 'mentions')),
  quotes = array(select jsonb_array_elements_text(t.lists -> 'quotes')),
  link = t.lists -> 'link', media = coalesce(t.lists -> 'media', '[]'), refusals = coalesce(t.lists -> 'refusals', '[]'),
  replies = greatest(p.replies, t.replies),
  search = case when t.searchable is not null then to_tsvector(search_config(t.lang), t.searchable) end,
  ask_at = coalesce(p.ask_at, case when not t.brought_in then t.heard_at + interval '1 hour' end), brought_in = t.brought_in,
  classified_by = case when t.seen_by = '' then '{}' else string_to_array(t.seen_by, E'\n') end
from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[],
            $12::jsonb[], $13::int[], $14::text[], $15::text[], $16::boolean[])
  as t(id, version, url, posted_at, heard_at, author_id, parent_id, text, html, lang, audience, lists, replies, searchable, seen_by, brought_in)
where p.id = t.id and p.gone_at is null
  and (not p.known or (p.version <> t.version
    and not (p.version ~ '^\d{4}-\d\d-\d\dT' and t.version ~ '^\d{4}-\d\d-\d\dT' and p.version > t.version)))
returning p.id, p.edited_at is null as first
