/** What a client for staff asks in a day's work, as one would write it. */
export const operations = {
  inbox: `query inbox($libraries: [ID!], $after: Cursor) { conversations(first: 25, after: $after, libraries: $libraries, state: open) {
    edges { node { id version why state waitingSince topPost { id text author { handle name } } lastPost { postedAt author { handle } } topFinding { label title score } assignee { id name } tags } }
    pageInfo { hasNextPage endCursor } } }`,
  mine: `query mine($libraries: [ID!]) { conversations(first: 25, libraries: $libraries, assignee: "me") { edges { node { id why state topPost { text author { handle } } lastPost { postedAt } } } pageInfo { hasNextPage } } }`,
  conversation: `query conversation($id: ID!) { conversation(id: $id) { id version why state waitingSince repliesSeenAt answersByOthers assignee { id name } claim { libraryId since }
    topPost { id } posts(first: 50) { edges { node { id parentId text postedAt author { handle name } findings { label title score } } } pageInfo { hasNextPage } }
    hearings { cause follow { label } } notes { body createdAt author { name } } tags outcome { kind } timeline(first: 25) { edges { node { kind at actor { name } } } }
    replies { id state text } suggestions(first: 10) { edges { node { id title } } } } }`,
  claim: `mutation claim($id: ID!) { claim(conversationId: $id) { __typename ... on Conversation { id version } } }`,
  assign: `mutation assign($id: ID!, $to: ID) { assign(conversationId: $id, assigneeId: $to) { __typename ... on Conversation { id version assignee { name } } } }`,
  note: `mutation note($id: ID!, $body: String!) { addNote(conversationId: $id, body: $body) { __typename ... on Conversation { id notes { body } } } }`,
  tag: `mutation tag($id: ID!, $name: String!) { tag(conversationId: $id, name: $name) { __typename ... on Conversation { id tags } } }`,
  close: `mutation close($id: ID!) { close(conversationId: $id, outcome: no_reaction) { __typename ... on Conversation { id state outcome { kind } } } }`,
  abilities: `query abilities($account: ID!, $post: ID!) { replyAbilities(accountId: $account, postId: $post) { __typename } }`,
  draft: `mutation draft($id: ID!, $post: ID!, $account: ID!, $text: String!) { draftReply(conversationId: $id, toPostId: $post, accountId: $account, text: $text) { __typename ... on Reply { id version } } }`,
  edit: `mutation edit($reply: ID!, $text: String!) { editReply(id: $reply, text: $text) { __typename ... on Reply { id version } } }`,
  review: `mutation review($reply: ID!) { submitReply(id: $reply) { __typename ... on Reply { id version state } } }`,
  approve: `mutation approve($reply: ID!, $version: Int!) { approveReply(id: $reply, version: $version) { __typename ... on Reply { id state } } }`,
  search: `query search($libraries: [ID!], $text: String!) { conversations(first: 25, libraries: $libraries, text: $text) { edges { node { id why topPost { text } matchingPost { text author { handle } } } } pageInfo { hasNextPage } } }`,
  lists: `query lists($library: ID!) { followLists(first: 25, libraryId: $library) { edges { node { id name size } } } }`,
  follows: `query follows($list: ID!) { follows(first: 50, listId: $list) { edges { node { id label kind reason category reviewOn brought { heard } } } pageInfo { hasNextPage endCursor } } }`,
  due: `query due($library: ID!) { followReview(first: 25, libraryId: $library) { edges { node { __typename } } pageInfo { hasNextPage } } }`,
  coverage: `query coverage($library: ID!) { accounts(first: 25, libraryId: $library) { edges { node { id name state healthInWords coverage { words channels openGaps } heardByDay { day kept } gaps(first: 5) { edges { node { id } } } channels(first: 10) { edges { node { key stateInWords coverage } } } } } } }`,
  searches: `query searches($library: ID!) { savedSearches(first: 25, libraryId: $library) { edges { node { id name text asRead does reason } } } }`,
  changes: `query changes($libraries: [ID!], $cursor: Cursor) { changedSince(libraries: $libraries, cursor: $cursor) { cursor more readAll changes { kind id } } }`,
  viewer: `query viewer { viewer { id person { name } roles { role } } myLibraries(first: 25) { edges { node { id name kind } } } }`,
} as const;

export type Operation = keyof typeof operations;
