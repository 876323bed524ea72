-- How the job queue does, in numbers alone. What pg-boss enqueues for its own clockwork is left out.
select (count(*) filter (where state < 'active' and start_after <= now()))::int as waiting, (count(*) filter (where state = 'active'))::int as running,
  (count(*) filter (where state = 'failed'))::int as failed,
  coalesce(max(extract(epoch from now() - start_after)) filter (where state < 'active' and start_after <= now()), 0)::float8 as oldest
from pgboss.job_common where name not like '\_\_pgboss%' and state in ('created', 'retry', 'active', 'failed')
