-- Answers in several parts: each a reply of its own, which a person approves and the network gets once, behind the part before it. Null and 0: the first, or
-- the only one. What a process of the version before sees of a further part is a reply that is approved and due at no time, until the one before is sent.
alter table reply add column whole_id uuid references reply on delete cascade, add column part int not null default 0;
alter table reply add constraint part_of_a_whole check (part >= 0 and (part = 0) = (whole_id is null));
create unique index reply_part on reply(whole_id, part) where whole_id is not null;
