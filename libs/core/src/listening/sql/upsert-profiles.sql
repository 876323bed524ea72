-- Authors, in the order of their keys. What the network did not say this time stays.
insert into profile(id, network, remote_id, handle, name, bio, place, url, avatar, moved_to, refusals, told_at)
select id, network, remote_id, handle, name, bio, place, url, avatar, moved_to, coalesce(refusals, '[]'), told_at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::timestamptz[])
  as t(id, network, remote_id, handle, name, bio, place, url, avatar, moved_to, refusals, told_at)
order by network, remote_id
on conflict (network, remote_id) do update set
  handle = case when excluded.told_at is null then profile.handle else excluded.handle end,
  name = case when excluded.told_at is null then profile.name else excluded.name end,
  bio = case when excluded.told_at is null then profile.bio else excluded.bio end,
  place = case when excluded.told_at is null then profile.place else excluded.place end,
  url = case when excluded.told_at is null then profile.url else excluded.url end,
  avatar = case when excluded.told_at is null then profile.avatar else excluded.avatar end,
  moved_to = case when excluded.told_at is null then profile.moved_to else excluded.moved_to end,
  refusals = case when excluded.told_at is null then profile.refusals else excluded.refusals end,
  heeded = profile.heeded and (excluded.told_at is null or profile.told_at is null or profile.refusals = excluded.refusals),
  told_at = coalesce(excluded.told_at, profile.told_at)
where profile.gone_at is null
returning id, network, remote_id
