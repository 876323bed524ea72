-- Those of a range of lines that are to be added and that some account hears, as follows; what somebody added meanwhile stays as it is. Accounts are
-- few and asked for once: a planner without statistics would go through all of them for each line.
with added as (
  insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, added_by, review_on, keep_days)
  select l.follow_id, $2, $3, l.account_id, l.kind, l.network, l.key, coalesce(l.label, l.target_label), coalesce(l.reason, $7), coalesce(l.category, $8), $6,
    coalesce(l.review_on, $9::date), coalesce(l.keep_days, $10::int)
  from follow_import_line l
  where l.import_id = $1 and l.library_id = $2 and l.outcome in ('will-add', 'moved') and l.entry between $4 and $5
    and l.account_id = any(array(select a.id from account a where a.id = any($11::uuid[]) and a.removed_at is null))
  order by l.entry
  on conflict (list_id, kind, network, key) where removed_at is null do nothing
  returning 1)
select count(*)::int as added from added
