-- What libraries heard, by the sizes in the table `size`, for the libraries of the table `place`, in the sentences of the table `sentence`; all three are
-- temporary. Skewed as in life: few threads are long, few people say much, libraries differ in size. Without foreign keys and triggers, which would take
-- longer than all the rest.
set session_replication_role = replica;
set synchronous_commit = off;
set work_mem = '256MB';
set maintenance_work_mem = '512MB';
set max_parallel_workers_per_gather = 0;
select setseed(0.42);
drop index post_search;

insert into profile(id, network, remote_id, handle, name, told_at)
  select uuidv7(), 'bench', 'p' || n, '@person' || n || '@bench.example', 'Person ' || n, now() from size, generate_series(1, people) n;
create temp table person_n as select row_number() over (order by id) as n, id from profile where network = 'bench';
create unique index on person_n(n);

-- Threads of the last ninety days, the oldest first.
create temp table made as
  select n, uuidv7(at - now()) as thread, at, 1 + floor(libraries * power(random(), 1.6))::int as place, random() as luck
  from size, generate_series(1, threads) n cross join lateral (select now() - (threads - n + 1) * (interval '90 days' / threads) as at) t;
create unique index on made(n);
create temp table said as
  select n, true as first, at, 1 + floor(people * power(random(), 3))::int as author, 1 + floor(sentences * random())::int as one, 1 + floor(sentences * random())::int as two
  from size, made union all
  select n, false, least(made.at + interval '12 hours' * power(random(), 2) + interval '10 seconds', now()), author, one, null
  from (select 1 + ((floor(threads * power(random(), 2))::bigint * 7919) % threads)::int as n, 1 + floor(people * power(random(), 3))::int as author, 1 + floor(sentences * random())::int as one
    from size, generate_series(1, posts - threads)) answer join made using (n);
alter table said add id uuid;
update said set id = uuidv7(at - now());
create temp table root as select said.n, said.id, case when luck < 0.15 then 'need.implicit' when luck < 0.25 then 'need.explicit' end as label, 0.5 + luck as score from said join made using (n) where first;
create unique index on root(n);

insert into thread(id, posts, last_post_at) select thread, count(*), max(said.at) from said join made using (n) group by thread;
insert into post(id, network, remote_id, thread_id, parent_id, known, version, url, posted_at, heard_at, author_id, text, lang, audience, search, classified_by)
  select said.id, 'bench', said.id::text, thread, case when not first then root.id end, true, '1', 'https://bench.example/' || said.id, said.at, said.at, person_n.id,
    a.text || coalesce(' ' || b.text, ''), 'en', 'public', a.words || coalesce(b.words, ''), (select marks from size)
  from said join made using (n) join root using (n) join person_n on person_n.n = said.author join sentence a on a.n = said.one left join sentence b on b.n = said.two
  order by said.at;
insert into finding(id, post_id, classifier, version, label, score)
  select uuidv7(), id, 'cues/needs', '1', label, score from root where label is not null union all
  select uuidv7(), id, 'cues/topics', '1', 'topic.home', 0.6 from root where n % 7 = 0 union all
  select uuidv7(), id, 'cues/needs', '1', 'need.implicit', 0.55 from said where not first and one % 40 = 0;

-- A thread in fifty is heard by a second library as well, and of a hundred conversations two were merged into others.
create temp table handled as
  select made.*, random() as fate from made union all
  select n, thread, at, 1 + place % (select libraries from size), luck, random() from made where n % 50 = 0;
insert into conversation(id, library_id, thread_id, state, assignee_id, hidden_at, rank, reasons, top_post_id, opened_at, last_post_at, waiting_since, waiting_on, kept_as, keep_until, words_until)
  select uuidv7(handled.at - now()), place.id, thread.id, case when fate < 0.3 then 'open' when fate < 0.5 then 'answered' else 'closed' end,
    case when fate between 0.2 and 0.36 then staff[1 + n % cardinality(staff)] end, case when luck > 0.97 then now() end,
    case when label is null then 0 else ln(1 + score * 4) end + extract(epoch from handled.at) / 86400,
    case when label is null then '[]' else jsonb_build_array(jsonb_build_object('kind', 'finding', 'label', label, 'title', 'implied need', 'score', score), '{"kind": "unanswered"}'::jsonb) end,
    root.id, handled.at, thread.last_post_at, case when label is not null and fate < 0.3 then handled.at end, case when label is not null and fate < 0.3 then 'us' end,
    'need', now() + interval '60 days', now() + interval '60 days'
  from handled join root using (n) join thread on thread.id = handled.thread join (select n as place_n, id, staff from place) place on place_n = handled.place;
insert into conversation(id, library_id, thread_id, state, rank, top_post_id, opened_at, last_post_at, kept_as, keep_until, words_until, merged_into)
  select uuidv7(), library_id, thread_id, 'closed', rank, top_post_id, opened_at, last_post_at, kept_as, keep_until, words_until, id from conversation where random() < 0.02;
insert into hearing(id, library_id, conversation_id, post_id, cause, at) select uuidv7(), library_id, id, top_post_id, 'followed', opened_at from conversation where merged_into is null;
insert into timeline(id, library_id, conversation_id, kind, at) select uuidv7(), library_id, id, 'opened', opened_at from conversation where merged_into is null;

create index post_search on post using gin (search);
drop table person_n, made, said, root, handled;
reset all;
