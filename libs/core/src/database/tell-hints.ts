import { type Hint, type Tx, inheritedHints, passingHints } from './tx.js';

const notifyLimit = 7_000;

/** The latest hint of each thing, in as few notifications as the 8,000 bytes of one allow; noted for whoever is away, and for the webhooks of its library. */
export const tellHints = async (tx: Pick<Tx, 'query'>, hints: readonly Hint[]): Promise<void> => {
  if (hints.length === 0) return;
  const latest = new Map(hints.map((hint) => [`${hint.kind} ${hint.id}`, hint]));
  const payloads: string[] = [];
  let open: Hint[] = [];
  let size = 2;
  for (const hint of latest.values()) {
    const length = JSON.stringify(hint).length + 1;
    if (size + length > notifyLimit) {
      payloads.push(JSON.stringify(open));
      open = [];
      size = 2;
    }
    open.push(hint);
    size += length;
  }
  payloads.push(JSON.stringify(open));
  // In one statement: whoever listens tells with every batch. Of notices and presence, to which no webhook can be set up, nothing is written down.
  await tx.query(`select note_webhook_events($2) union all select pg_notify('earshot_hint', payload) from unnest($1::text[]) payload`, [payloads, JSON.stringify([...latest.values()])]);
  const noted = [...latest.values()].filter(({ kind }) => !passingHints.has(kind)).map((hint) => ({ ...hint, inherited: inheritedHints.has(hint.kind) }));
  if (noted.length > 0) await tx.query('select note_changes($1)', [JSON.stringify(noted)]);
};
