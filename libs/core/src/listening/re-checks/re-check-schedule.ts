const hour = 3_600_000;
const week = 7 * 24 * hour;

/** How long after it was heard a post is asked about; after these, every week for as long as it is kept. Most edits and deletions come soon. */
const waits = [hour, 24 * hour];
/** A network that says nothing of posts is asked so often. */
const whenSilentMs = 4 * week;

/** When a post is asked about next. Pure. */
export const nextCheck = ({ heardAt, at, answered }: { readonly heardAt: Date; readonly at: Date; readonly answered: boolean }): Date => {
  const age = at.getTime() - heardAt.getTime();
  const wait = waits.find((each) => each > age) ?? week * (Math.floor(Math.max(0, age) / week) + 1);
  return new Date(answered ? heardAt.getTime() + wait : Math.max(at.getTime() + whenSilentMs, heardAt.getTime() + wait));
};
