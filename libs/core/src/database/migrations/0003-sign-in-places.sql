-- Where people signed in before, as keyed by account and address together: what others try elsewhere does not keep them out there.
create table sign_in_place(
  key text primary key,
  at timestamptz not null default now()
);
insert into table_kind(kind, table_name) values ('platform', 'sign_in_place');

create function sign_in_place_known(of_key text) returns boolean language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select 1 from sign_in_place where key = of_key) $$;

-- A success forgives the failures at its place, was no failure of any other key, and makes the place known for ninety days. By a link there is no place.
create function sign_in_succeeded(of_place text, of_others text[]) returns void language sql security definer set search_path = public, pg_temp as $$
  delete from sign_in_attempt where key = of_place or at < now() - interval '1 day';
  delete from sign_in_attempt where id in (select max(id) from sign_in_attempt where key = any(of_others) group by key);
  insert into sign_in_place(key) select of_place where of_place is not null on conflict (key) do update set at = now();
  delete from sign_in_place where at < now() - interval '90 days' $$;

revoke all on sign_in_place from public;
revoke all on function sign_in_place_known(text), sign_in_succeeded(text, text[]) from public;
grant execute on function sign_in_place_known(text), sign_in_succeeded(text, text[]) to earshot_app;
