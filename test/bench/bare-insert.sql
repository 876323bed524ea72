-- The reference: the same posts, as one batched insert into the same table with its indexes, and nothing else.
insert into post(id, network, remote_id, thread_id, known, version, url, posted_at, heard_at, author_id, text, lang, audience, search)
select id, 'bare', remote_id, $2, true, '1', url, posted_at, now(), null, text, 'en', 'public', to_tsvector('pg_catalog.english', text)
from jsonb_to_recordset($1) as t(id uuid, remote_id text, url text, posted_at timestamptz, text text)
