import { languageOf, signsOf, tagOf, wordsOf } from '../../language/index.js';

const nothing: readonly never[] = [];

/** What a post says, as searches and places look at it. Each view is made once, and only where something asks for it. */
export class Said {
  private folded: readonly string[] | undefined;
  private tagged: readonly string[] | undefined;
  private pictured: readonly string[] | undefined;
  private spoken: string | null | undefined;

  constructor(
    private readonly text: string,
    private readonly writtenTags: readonly string[] = nothing,
    private readonly declaredLang?: string,
  ) {}

  /** Folded, in order (language/words-of). */
  get words(): readonly string[] {
    return (this.folded ??= wordsOf(this.text));
  }

  get tags(): readonly string[] {
    return (this.tagged ??= this.writtenTags.length === 0 ? nothing : [...new Set(this.writtenTags.map(tagOf))]);
  }

  /** Its emoji. */
  get signs(): readonly string[] {
    return (this.pictured ??= signsOf(this.text));
  }

  /** In lower case; null where nothing tells. Costly where it is not declared. */
  get lang(): string | null {
    if (this.spoken === undefined) this.spoken = languageOf(this.text, this.declaredLang)?.toLowerCase() ?? null;
    return this.spoken;
  }
}
