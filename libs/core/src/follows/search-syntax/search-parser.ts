import { EmbeddedActionsParser, EOF, type IToken } from 'chevrotain';
import { And, Close, Exclusion, Open, Or, Phrase, searchTokens, Word } from './search-tokens.js';
import { joined, type SearchQuery } from './search-query.js';

/** What a word or a phrase means was found out before (terms): it comes with its token. */
const meaning = (token: IToken): SearchQuery => token.payload as SearchQuery;

/**
 * The grammar. AND binds closer than OR, and what stands side by side is joined by AND:
 *
 *     search  = any
 *     any     = all { "OR" all }
 *     all     = part { ["AND"] part }
 *     part    = ("-" | "NOT") part | "(" any ")" | phrase | word
 *
 * Parts recurse: whoever calls bounds their depth first (read-search).
 */
export class SearchParser extends EmbeddedActionsParser {
  constructor() {
    super(searchTokens, { maxLookahead: 1 });
    this.performSelfAnalysis();
  }

  readonly search = this.RULE('search', (): SearchQuery => {
    const query = this.SUBRULE(this.any);
    this.CONSUME(EOF);
    return query;
  });

  private readonly any = this.RULE('any', (): SearchQuery => {
    const parts: SearchQuery[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: Or, DEF: () => void parts.push(this.SUBRULE(this.all)) });
    return this.ACTION(() => joined('any', parts));
  });

  private readonly all = this.RULE('all', (): SearchQuery => {
    const parts: SearchQuery[] = [this.SUBRULE(this.part)];
    this.MANY(() => {
      this.OPTION(() => this.CONSUME(And));
      parts.push(this.SUBRULE2(this.part));
    });
    return this.ACTION(() => joined('all', parts));
  });

  private readonly part = this.RULE('part', (): SearchQuery =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Exclusion);
          const query = this.SUBRULE(this.part);
          return this.ACTION((): SearchQuery => (query.kind === 'not' ? query.of : { kind: 'not', of: query }));
        },
      },
      {
        ALT: () => {
          this.CONSUME(Open);
          const query = this.SUBRULE(this.any);
          this.CONSUME(Close);
          return query;
        },
      },
      { ALT: () => meaning(this.CONSUME(Phrase)) },
      { ALT: () => meaning(this.CONSUME(Word)) },
    ]),
  );
}
