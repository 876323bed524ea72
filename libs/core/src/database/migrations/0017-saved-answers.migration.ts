import type { MigrationInterface, QueryRunner } from 'typeorm';
import { readSql } from '../read-sql.js';

/**
 * Two tables, and advice by no account. A process of the version before works on beside it; what advisors of the house found it shows as far as it
 * knows them, and asks whether one can have what was suggested of accounts alone.
 */
export class SavedAnswers1700000000017 implements MigrationInterface {
  readonly name = 'SavedAnswers1700000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readSql(import.meta.url, './0017-saved-answers.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from advice where house is not null;
      alter table suggestion drop column answer_id;
      alter table suggestion alter column cite set not null;
      alter table advice drop constraint advice_need_check;
      alter table advice drop column house;
      alter table advice add constraint advice_need_check check (length(need) between 1 and 500);
      alter table advice alter column account_id set not null;
      drop table saved_answer_hiding, saved_answer;
      delete from table_kind where table_name in ('saved_answer_hiding', 'saved_answer');
      ${mergeBefore}`);
  }
}

/** As 0001 made it. */
const mergeBefore = `
  create or replace function merge_conversation_work(loser uuid, survivor uuid) returns void language plpgsql security definer set search_path = public, pg_temp as $$
  declare of_library uuid;
  begin
    select library_id into strict of_library from conversation where id = survivor;
    if of_library is distinct from (select library_id from conversation where id = loser) then
      raise exception 'conversations of two libraries do not merge' using errcode = 'restrict_violation';
    end if;
    insert into timeline(id, library_id, conversation_id, kind, detail)
      select gen_random_uuid(), library_id, survivor, 'approval-voided', jsonb_build_object('reply', id)
      from reply where conversation_id in (loser, survivor) and state = 'approved';
    update reply set state = 'draft', approved_by = null, approved_kind = null, approved_text = null, approved_at = null, due_at = null, version = version + 1, changed_at = now()
      where conversation_id in (loser, survivor) and state = 'approved';
    update note set conversation_id = survivor where conversation_id = loser;
    update timeline set conversation_id = survivor where conversation_id = loser;
    update outcome set conversation_id = survivor where conversation_id = loser;
    update finding_mark set conversation_id = survivor where conversation_id = loser;
    update reply set conversation_id = survivor where conversation_id = loser;
    delete from advice a using advice b where a.conversation_id = loser and b.conversation_id = survivor and a.need = b.need;
    update advice set conversation_id = survivor where conversation_id = loser;
    update suggestion set conversation_id = survivor where conversation_id = loser;
    update advisor_press set conversation_id = survivor where conversation_id = loser;
    insert into tag(conversation_id, library_id, name, added_by, added_at)
      select survivor, library_id, name, added_by, added_at from tag where conversation_id = loser on conflict do nothing;
    delete from tag where conversation_id = loser;
  end $$;`;
