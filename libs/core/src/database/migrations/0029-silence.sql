-- An account that hears nothing though nothing failed: since when that is seen, and when staff were told.
alter table account add column silent_noted_at timestamptz, add column silent_told_at timestamptz;
