/** After each try in vain, in seconds: about a day and a half hour in all. */
const waits = [5, 60, 300, 1_800, 7_200, 14_400, 28_800, 36_000];
/** Of a webhook of which nothing is taken: the next try, of whatever delivery, waits twice as long each time. */
const longestRest = 300;
/** As long as that nothing was taken, and so often tried, it is turned off. */
const offAfterMs = 3 * 86_400_000;
const offAfterTries = 20;
/** "Gone": whoever is there wants no more. */
export const gone = 410;

/** What a delivery and its webhook come to after a try in vain. */
export interface AfterFailure {
  /** Seconds until this delivery is tried again; undefined: never. */
  readonly againIn: number | undefined;
  /** Seconds until anything is tried there. */
  readonly restsFor: number;
  readonly turnOff: boolean;
}

/**
 * @param told.tries of this delivery, this one included
 * @param told.failures in a row of the webhook, this one included
 * @param told.failingForMs since the first of them
 * @param told.askedForMs how long the receiver asked to be left alone
 * @param random from 0 to 1: spreads what failed at one moment
 */
export const afterFailure = (
  told: { readonly tries: number; readonly failures: number; readonly failingForMs: number; readonly status?: number | undefined; readonly askedForMs?: number | undefined; readonly isTest: boolean },
  random: number,
): AfterFailure => {
  const wait = told.isTest ? undefined : waits[told.tries - 1];
  const asked = Math.min(Math.ceil((told.askedForMs ?? 0) / 1_000), 3_600);
  const turnOff = !told.isTest && (told.status === gone || (told.failures >= offAfterTries && told.failingForMs >= offAfterMs));
  return {
    againIn: wait === undefined || turnOff ? undefined : Math.max(asked, wait * (0.9 + random * 0.2)),
    restsFor: Math.max(asked, Math.min(longestRest, 2 ** Math.min(told.failures - 1, 20))),
    turnOff,
  };
};
