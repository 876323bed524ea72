import type { Ref } from '@earshot/plugin-sdk';
import type { Tx } from '../database/index.js';
import { type NamedPost, localName, namedColumns, refOf } from './post-ref.js';

/** Longer than any thread is deep, and a bound where a network's data make a ring. */
const deepest = 1_000;

/** The post that is answered and the first of its thread, as the network and the account's host call them; none of what answers nobody, and where the library does not hear it any more. */
export const threadOf = async (
  tx: Tx, { toPostId, libraryId, accountId }: { readonly toPostId: string | null; readonly libraryId: string; readonly accountId: string },
): Promise<{ readonly to: Ref | undefined; readonly root: Ref | undefined; readonly gone: boolean }> => {
  if (toPostId === null) return { to: undefined, root: undefined, gone: false };
  const rows = await tx.query<NamedPost & { gone: boolean }>(
    `with recursive up as (
       select p.id, p.library_id, p.parent_id, p.network, p.remote_id, p.gone_at, 0 as height from heard_post p where p.id = $1 and p.library_id = $2
       union all
       select p.id, p.library_id, p.parent_id, p.network, p.remote_id, p.gone_at, up.height + 1 from up join heard_post p on p.id = up.parent_id and p.library_id = $2 where up.height < ${deepest})
     select ${namedColumns('e', 'named')}, e.gone_at is not null as gone
     from ((select * from up where height = 0) union all (select * from up order by height desc limit 1)) e ${localName('e', '$3')} named on true order by e.height`,
    [toPostId, libraryId, accountId],
  );
  const [to, root] = rows;
  if (to === undefined || root === undefined) return { to: undefined, root: undefined, gone: true };
  return { to: refOf(to), root: refOf(root), gone: to.gone };
};
