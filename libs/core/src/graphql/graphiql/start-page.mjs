/** Runs in the browser: GraphiQL over our own path, signed by the session's cookie and the header that says that it is our page. */
const { GraphiQL, React, ReactDOM, document, location } = globalThis;

const fetcher = GraphiQL.createFetcher({
  url: '/graphql',
  headers: { 'x-earshot': 'graphiql' },
  subscriptionUrl: `${location.origin.replace(/^http/, 'ws')}/graphql`,
});
const defaultQuery = `# Who you are, and the libraries at which you have a role.
{
  viewer {
    person { name }
    roles { role libraryId }
  }
}
`;

ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher, defaultQuery, shouldPersistHeaders: false }));
