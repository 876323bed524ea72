-- Takes one request from the budget of an account at a host, or says until when to wait. One row, shared by all processes.
-- No row comes back where none is granted.
-- $1 host, $2 account, $3 now, $4 capacity, $5 tokens a second
insert into host_budget as b (host, account_id, tokens, refilled_at) values ($1, $2, $4::float8 - 1, $3)
on conflict (host, account_id) do update set
  tokens = least($4::float8, b.tokens + greatest(0, extract(epoch from ($3::timestamptz - b.refilled_at))) * $5::float8) - 1,
  refilled_at = $3
where coalesce(b.paused_until, '-infinity') <= $3 and coalesce(b.open_until, '-infinity') <= $3
  and least($4::float8, b.tokens + greatest(0, extract(epoch from ($3::timestamptz - b.refilled_at))) * $5::float8) >= 1
returning true as granted
