-- Posts of one's own: replies that answer nobody. Their conversation is `begun` until somebody other than us speaks in it, and its thread is empty until the
-- first of them is sent.
alter table reply alter column to_post_id drop not null;
create index reply_own_posts on reply(library_id, created_at, id) where to_post_id is null;

alter table conversation drop constraint conversation_state_check;
alter table conversation add constraint conversation_state_check check (state in ('begun', 'open', 'answered', 'closed'));

alter policy own_insert on reply with check (library_id in (select scope_acting())
  and (account_id is null or exists (select 1 from account seen where seen.id = reply.account_id))
  and (conversation_id is null or exists (select 1 from conversation seen where seen.id = reply.conversation_id))
  and (to_post_id is null or exists (select 1 from heard_post heard where heard.id = reply.to_post_id and heard.library_id = reply.library_id)) and sent_post_id is null);

-- Conversations are the listener's to open, but for those that a library begins. Nothing for whoever does not act there.
create function begin_conversation(of_library uuid, new_conversation uuid, new_thread uuid) returns table(id uuid) language sql security definer set search_path = public, pg_temp as $$
  with begun as (insert into thread(id) select new_thread where of_library in (select scope_acting()) returning thread.id)
  insert into conversation(id, library_id, thread_id, state, last_post_at) select new_conversation, of_library, begun.id, 'begun', now() from begun returning conversation.id $$;
revoke all on function begin_conversation(uuid, uuid, uuid) from public;
grant execute on function begin_conversation(uuid, uuid, uuid) to earshot_app;
