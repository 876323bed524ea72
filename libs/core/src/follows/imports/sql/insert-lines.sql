insert into follow_import_line(import_id, library_id, entry, line, text, label, reason, category, review_on, keep_days, given, outcome, why, cure)
select $1, $2, t.*
from unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::int[], $11::jsonb[], $12::text[], $13::text[], $14::text[])
  as t(entry, line, text, label, reason, category, review_on, keep_days, given, outcome, why, cure)
