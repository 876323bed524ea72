/** Accounts that are asked at a time: each by its own network, of which one may be slow. */
const accountsAtOnce = 4;

/** What is to be asked for, account by account, several accounts at a time; done when all are. */
export const byAccount = async <T extends { readonly accountId: string }>(all: readonly T[], work: (ofOne: readonly T[], accountId: string) => Promise<void>): Promise<void> => {
  const accounts = [...Map.groupBy(all, ({ accountId }) => accountId)];
  for (let at = 0; at < accounts.length; at += accountsAtOnce)
    await Promise.all(accounts.slice(at, at + accountsAtOnce).map(([accountId, ofOne]) => work(ofOne, accountId)));
};
