/** What a link leads to, asked now: `private` is an address that nobody outside reaches, `missing` a page that is not there. */
export type LinkAnswer = { readonly kind: 'answers' | 'private' | 'missing' } | { readonly kind: 'silent'; readonly words: string };

/** Who follows links. Declared here, and done by the host of the plugins, behind its guard. */
export abstract class Links {
  /** Resolves within seconds, whatever is asked. */
  abstract ask(url: URL): Promise<LinkAnswer>;
}
