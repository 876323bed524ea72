-- Lines that were to be added, and name somebody whom our own lists keep out by now. As where lines are looked up, nothing of them is kept but what the document says.
update follow_import_line l set outcome = 'refused', why = t.why, cure = t.cure, account_id = null, targets = '[]', kind = null, network = null, key = null, target_label = null, follow_id = null
from unnest($3::int[], $4::text[], $5::text[]) as t(entry, why, cure)
where l.import_id = $1 and l.library_id = $2 and l.entry = any($3::int[]) and l.entry = t.entry
