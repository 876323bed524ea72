-- Gives the channel back with what became of the reading. No row comes back when somebody else has taken it.
with settled as (
  update channel set
    state = $3,
    state_words = $4,
    state_since = case when state = $3 then state_since else now() end,
    next_at = now() + $5 * interval '1 millisecond',
    failures = $6,
    cursor = case when $7 then null else cursor end,
    lease_holder = null,
    lease_until = null
  where id = $1 and lease_token = $2
  returning id, account_id, library_id, heard_until
), gap as (
  insert into coverage_gap(id, channel_id, library_id, gap_from, gap_to, why)
  -- What is stored as heard was cut off at this clock: a process whose clock runs ahead knows of a later moment.
  select $8, id, library_id, least($9::timestamptz, heard_until), $10, coalesce(stop_words(library_id, least($9::timestamptz, heard_until), $10), $11) from settled where $8::uuid is not null
), letter as (
  insert into dead_letter(id, channel_id, library_id, why, digest)
  select $12, id, library_id, $13, $14 from settled where $12::uuid is not null
  on conflict (channel_id, digest) do update set times = dead_letter.times + 1, last_at = now(), why = excluded.why
)
select account_id as "accountId" from settled
