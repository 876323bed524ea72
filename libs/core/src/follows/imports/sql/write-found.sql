-- The id that the follow would have is given now: adding is then one statement over many lines. Entries are named twice: a planner without
-- statistics would otherwise go through the whole import for each of them.
update follow_import_line l set
  outcome = t.outcome, why = t.why, cure = t.cure, account_id = t.account_id, targets = coalesce(t.targets, '[]'),
  kind = t.kind, network = t.network, key = t.key, target_label = t.label, follow_id = t.follow_id
from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::jsonb[], $9::text[], $10::text[], $11::text[], $12::text[], $13::uuid[])
  as t(entry, outcome, why, cure, account_id, targets, kind, network, key, label, follow_id)
where l.import_id = $1 and l.library_id = $2 and l.entry = any($3::int[]) and l.entry = t.entry
