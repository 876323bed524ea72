import { readReasons, reasonsInWords } from '@earshot/core/conversations';
import type { Client } from 'pg';

interface Row { id: string; library: string; text: string; author: string | null; reasons: unknown; waiting_since: Date | null; posts: number }

/** The conversations that most deserve attention, each with its reason in words. */
export const topTen = async (owner: Client, now = new Date()): Promise<readonly string[]> => {
  const { rows } = await owner.query<Row>(
    `select c.id, l.name as library, p.text, coalesce(a.name, a.handle) as author, c.reasons, c.waiting_since, t.posts
     from conversation c join library l on l.id = c.library_id join thread t on t.id = c.thread_id join post p on p.id = c.top_post_id left join profile a on a.id = p.author_id
     where c.merged_into is null and c.hidden_at is null and c.state = 'open' and p.text is not null
     order by c.rank desc, c.id desc limit 10`,
  );
  if (rows.length === 0) return ['Nothing was heard yet.'];
  return rows.flatMap((row, index) => [
    '',
    `${String(index + 1).padStart(2)}. ${row.author ?? 'somebody'}, in a thread of ${row.posts}, for ${row.library}`,
    `    “${shortened(row.text)}”`,
    `    ${reasonsInWords(readReasons(row.reasons), { now, ...(row.waiting_since === null ? {} : { waitingSince: row.waiting_since }) })}`,
    `    conversation ${row.id}`,
  ]);
};

const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 220 ? `${line.slice(0, 220).trimEnd()}…` : line;
};
