/**
 * Stores what comes in without holding up who brings it: the first at once, and whatever came meanwhile together, as soon as that is stored.
 * Nothing is stored after a failure; `end` waits for what is under way, and fails as it did.
 */
export class BatchesInTurn<Item> {
  private waiting: Item[] = [];
  private writing: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly store: (items: readonly Item[]) => Promise<void>) {}

  add(item: Item): void {
    this.waiting.push(item);
    this.writing ??= this.write();
  }

  async end(): Promise<void> {
    await this.writing;
    if (this.failure !== undefined) throw this.failure.error;
  }

  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0 && this.failure === undefined) await this.store(this.waiting.splice(0));
    } catch (error) {
      this.failure = { error };
    } finally {
      this.writing = undefined;
    }
  }
}
