-- Lines that name what the list follows now.
update follow_import_line l set outcome = 'already-there', why = 'It is on this list.', cure = null, follow_id = f.id
from follow f
where l.import_id = $1 and l.library_id = $2 and l.outcome in ('will-add', 'moved')
  and f.list_id = $3 and f.library_id = $2 and f.kind = l.kind and f.network = l.network and f.key = l.key and f.removed_at is null
