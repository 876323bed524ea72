-- What became of those lines that were to be added and were not.
update follow_import_line l set follow_id = null, (outcome, why, cure) = (
  select case when heard then 'already-there' else 'refused' end,
    case when heard then 'It was added to this list meanwhile.' else 'The account that would hear it was removed.' end,
    case when not heard then 'Import it again with another account.' end
  from (select exists (select 1 from account a where a.id = l.account_id and a.removed_at is null) as heard) h)
where l.import_id = $1 and l.library_id = $2 and l.outcome in ('will-add', 'moved')
  and not exists (select 1 from follow f where f.id = l.follow_id and f.library_id = $2)
