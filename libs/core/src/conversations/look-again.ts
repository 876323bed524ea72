/** Looks at a thread again before somebody relies on what was seen of it. Declared here, and done by the pipeline. */
export abstract class LookAgain {
  /** Asks nobody where it was seen within this time. Resolves within a few seconds, also where nobody could look: then what was seen before holds, as of then. */
  abstract atThread(threadId: string, seenWithinMs: number): Promise<void>;
}
