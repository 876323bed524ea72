-- Lines that name what an earlier line names.
update follow_import_line l set outcome = 'already-there', why = 'It is the same as line ' || r.first_line || '.', cure = null, follow_id = null
from (
  select entry, row_number() over same as nth, first_value(line) over same as first_line
  from follow_import_line where import_id = $1 and library_id = $2 and outcome in ('will-add', 'moved')
  window same as (partition by kind, network, key order by entry)) r
where l.import_id = $1 and l.library_id = $2 and l.entry = r.entry and r.nth > 1
