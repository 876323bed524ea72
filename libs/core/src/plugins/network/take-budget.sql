-- Spends one token of a bucket, also one that will only be there in a moment: `waitMs` says when. Nothing is spent while the bucket is
-- paused, the host's circuit is open, or the queue is longer than a caller would wait. An open circuit whose time is over lets one
-- request through as a probe and closes again behind it. Whoever can wait leaves $6 tokens in it, and goes not at all while the host
-- says that little is left: those are for what somebody waits for.
insert into host_budget as b (host, account_id, tokens, refilled_at)
values ($1, $2, $3::float8 - 1, now())
on conflict (host, account_id) do update set
  (tokens, refilled_at) = (
    select case when stays then b.tokens else least($3, there) - 1 end, case when stays then b.refilled_at else now() end
    from (select b.tokens + extract(epoch from now() - b.refilled_at) * $4 as there) has,
      lateral (select coalesce(greatest(b.paused_until, case when $6::float8 > 0 then b.quiet_until end) > now(), false) or coalesce(b.open_until > now(), false) or there < 1 + $6 - $4 * $5 / 1000 as stays) verdict),
  open_until = case when b.open_until <= now() and not coalesce(greatest(b.paused_until, case when $6 > 0 then b.quiet_until end) > now(), false) then now() + interval '30 seconds' else b.open_until end
returning refilled_at = now() as spent, greatest(0, ($6 - tokens) / $4 * 1000) as "waitMs", failures,
  case when greatest(paused_until, case when $6 > 0 then quiet_until end) > now() then greatest(paused_until, case when $6 > 0 then quiet_until end) end as "pausedUntil",
  case when open_until > now() then open_until end as "openUntil"
