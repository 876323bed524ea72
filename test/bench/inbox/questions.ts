/** What a line of the inbox shows, but for the words why it stands there. */
const line = 'id state waitingSince topPost { text author { handle } } lastPost { postedAt author { handle } } topFinding { label score } assignee { name }';

export const pageSize = 25;

/** The round: what is open, by rank. */
export const page = `query($libraries: [ID!]) { conversations(first: ${pageSize}, libraries: $libraries, state: open) { edges { node { why ${line} } } pageInfo { hasNextPage endCursor } } }`;

/** As PostGraphile answers it: without the words, which it cannot say. */
export const barePage = `query($libraries: [ID!]) { conversations(first: ${pageSize}, libraries: $libraries, state: open) { edges { node { ${line} } } } }`;

export const search = `query($libraries: [ID!], $text: String) { conversations(first: ${pageSize}, libraries: $libraries, text: $text) { edges { node { why ${line} matchingPost { text } } } pageInfo { hasNextPage } } }`;

/** The same page, of the schema that PostGraphile makes of ours by the smart tags of its process. */
export const postgraphilePage = `query($library: UUID!) {
  conversations: allConversations(first: ${pageSize}, orderBy: [RANK_DESC, ROW_ID_DESC], condition: { libraryId: $library, state: "open", mergedInto: null, hiddenAt: null, until: null }) { nodes {
    id: rowId state waitingSince topPost { text author { handle } } assignee { name }
    posts(first: 1, orderBy: POSTED_AT_DESC, condition: { known: true, goneAt: null }) { nodes { postedAt author { handle } } }
    findings(first: 1, orderBy: SCORE_DESC) { nodes { label score } }
  } }
}`;

export interface Page {
  readonly conversations: { readonly edges: readonly { readonly node: { readonly topPost: object | null } }[] };
}
export interface PostgraphilePage {
  readonly conversations: { readonly nodes: readonly { readonly topPost: object | null }[] };
}
