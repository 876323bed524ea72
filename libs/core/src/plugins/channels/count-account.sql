-- What became of a batch that no channel brought, counted at its account; in the order of the rows' keys, so that two writers never wait in a ring.
insert into account_count(account_id, library_id, day, outcome, times)
select a.id, a.library_id, (now() at time zone 'UTC')::date, told.outcome, told.times
from account a, unnest($2::text[], $3::bigint[]) as told(outcome, times) where a.id = $1
order by told.outcome
on conflict (account_id, day, outcome) do update set times = account_count.times + excluded.times
