-- When a reply was on its way the last time: of one that waited as its network asked, the first time is long ago, and what left a moment ago seemed to be
-- settled. Empty where a process of the version before had it, and then the first time stands for it, as it did.
alter table reply add column last_tried_at timestamptz;
grant update (last_tried_at) on reply to earshot_app, earshot_worker;
