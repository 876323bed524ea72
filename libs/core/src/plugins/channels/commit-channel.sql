-- One statement for everything that a batch leaves at its channel. No row comes back when the lease was lost.
-- Without a token ($2 null) it came beside the reading, whose state it leaves alone: by a webhook.
with held as (
  update channel set
    cursor = coalesce($3::jsonb, cursor),
    heard_from = coalesce(heard_from, case when $4::timestamptz is not null then least($4, now()) end),
    -- By this clock: that of a process may run ahead, and what is not said yet was heard by nobody. And only where the source says until when
    -- it heard everything: of a null and now() the least is now().
    heard_until = greatest(heard_until, case when $4::timestamptz is not null then least($4, now()) end),
    last_event_at = greatest(last_event_at, $5::timestamptz),
    failures = case when $2::bigint is null then failures else 0 end,
    state_words = case when $2::bigint is null then state_words end
  where id = $1 and (lease_token = $2 or ($2::bigint is null and removed_at is null))
  returning id, library_id
), gap as (
  insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why)
  select told.id, held.id, held.library_id, told."from", told."to", coalesce(stop_words(held.library_id, told."from", told."to"), told.why)
  from held, jsonb_to_recordset($6::jsonb) as told(id uuid, "from" timestamptz, "to" timestamptz, why text)
), letter as (
  insert into dead_letter(id, channel_id, library_id, why, digest, times)
  select told.id, held.id, held.library_id, told.why, told.digest, told.times
  from held, jsonb_to_recordset($7::jsonb) as told(id uuid, why text, digest text, times int)
  where $7::jsonb <> '[]'
    -- A source that yields nothing but garbage fills no disk: past the first thousand kinds only known ones are counted on.
    and ((select count(*) from dead_letter d where d.channel_id = held.id) < 1000
      or exists (select 1 from dead_letter d where d.channel_id = held.id and d.digest = told.digest))
  on conflict (channel_id, digest) do update set times = dead_letter.times + excluded.times, last_at = now(), why = excluded.why
), counted as (
  insert into channel_count(channel_id, library_id, day, outcome, times)
  select held.id, held.library_id, (now() at time zone 'UTC')::date, told.outcome, told.times
  from held, unnest($8::text[], $9::bigint[]) as told(outcome, times)
  on conflict (channel_id, day, outcome) do update set times = channel_count.times + excluded.times
)
select id from held
