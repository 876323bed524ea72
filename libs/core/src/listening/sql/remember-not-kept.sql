-- What was turned away, in the order of its keys. What is read again and again is written once a day, unless it is decided otherwise.
insert into not_kept(post, account_id, channel_id, address, author, cause, purpose, sign, at)
select post, $1, $2, address, author, cause, purpose, sign, $3
from unnest($4::bytea[], $5::bytea[], $6::bytea[], $7::text[], $8::text[], $9::text[]) as t(post, address, author, cause, purpose, sign)
order by post
on conflict (post, account_id) do update set channel_id = excluded.channel_id, address = excluded.address, author = excluded.author,
  cause = excluded.cause, purpose = excluded.purpose, sign = excluded.sign, at = excluded.at
where (not_kept.cause, not_kept.purpose, not_kept.sign) is distinct from (excluded.cause, excluded.purpose, excluded.sign) or not_kept.at < excluded.at - interval '1 day'
