-- Those of a range of lines that are to be added and that some account hears, as follows; what somebody added meanwhile stays as it is.
insert into follow(id, library_id, list_id, account_id, kind, network, key, label, reason, category, added_by, review_on, keep_days)
select l.follow_id, $2, $3, l.account_id, l.kind, l.network, l.key, coalesce(l.label, l.target_label), coalesce(l.reason, $7), coalesce(l.category, $8), $6,
  coalesce(l.review_on, $9::date), coalesce(l.keep_days, $10::int)
from follow_import_line l join account a on a.id = l.account_id and a.removed_at is null
where l.import_id = $1 and l.library_id = $2 and l.outcome in ('will-add', 'moved') and l.entry between $4 and $5
order by l.entry
on conflict (list_id, kind, network, key) where removed_at is null do nothing
returning id
