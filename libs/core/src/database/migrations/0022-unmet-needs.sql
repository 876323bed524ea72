-- What somebody asked for and the library could not give: by whom it was found to be there at last, which brings the conversation back, once.
alter table outcome add column met_at timestamptz, add column met_by uuid references actor,
  add constraint met_by_somebody check ((met_at is null) = (met_by is null) and (met_at is null or unmet_need is not null));
grant update (met_at, met_by) on outcome to earshot_app;
create index outcome_unmet on outcome(library_id, at, id) where unmet_need is not null;

alter table timeline drop constraint timeline_kind_check;
alter table timeline add constraint timeline_kind_check check (kind in ('opened', 'post', 'merged', 'claimed', 'released', 'assigned', 'snoozed', 'closed', 'reopened', 'hidden', 'shown',
  'tagged', 'untagged', 'noted', 'marked', 'drafted', 'approved', 'approval-voided', 'sent', 'send-failed', 'send-unknown', 'withdrawn', 'answered-back', 'amended', 'removed', 'liked', 'boosted', 'handed-over', 'given-back', 'need-met'));
