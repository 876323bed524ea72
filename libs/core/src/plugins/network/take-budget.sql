-- Spends one token of a bucket, also one that will only be there in a moment: `waitMs` says when. Nothing is spent while the bucket is
-- paused, the host's circuit is open, or the queue is longer than a caller would wait. An open circuit whose time is over lets one
-- request through as a probe and closes again behind it.
insert into host_budget as b (host, account_id, tokens, refilled_at)
values ($1, $2, $3::float8 - 1, now())
on conflict (host, account_id) do update set
  tokens = case when b.paused_until > now() or b.open_until > now() or b.tokens + extract(epoch from now() - b.refilled_at) * $4 < 1 - $4 * $5 / 1000
    then b.tokens else least($3, b.tokens + extract(epoch from now() - b.refilled_at) * $4) - 1 end,
  refilled_at = case when b.paused_until > now() or b.open_until > now() or b.tokens + extract(epoch from now() - b.refilled_at) * $4 < 1 - $4 * $5 / 1000
    then b.refilled_at else now() end,
  open_until = case when b.open_until <= now() and not coalesce(b.paused_until > now(), false) then now() + interval '30 seconds' else b.open_until end
returning refilled_at = now() as spent, greatest(0, -tokens / $4 * 1000) as "waitMs", failures,
  case when paused_until > now() then paused_until end as "pausedUntil", case when open_until > now() then open_until end as "openUntil"
