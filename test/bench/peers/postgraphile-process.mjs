/**
 * PostGraphile over Earshot's own database, as somebody would set it up who trusts PostgreSQL alone: row-level security says who sees what.
 * Told `{"connection","actor"}`; says its address, and ends with its input. Who asks is told to it, while Earshot reads a session for each request.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { postgraphile } from 'postgraphile';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { jsonPgSmartTags } from 'postgraphile/utils';
import pg from 'pg';

const { connection, actor } = JSON.parse(process.argv[2]);
// As many connections as Earshot's application has.
const pool = new pg.Pool({ ...connection, max: 12 });

/** Edges that tables have by foreign keys, and views by nothing. */
const edges = jsonPgSmartTags({
  version: 1,
  config: {
    class: {
      conversation: { tags: { foreignKey: ['(top_post_id,id) references heard_post(id,conversation_id)|@fieldName topPost', '(assignee_id) references person(actor_id)|@fieldName assignee'] } },
      heard_post: { tags: { primaryKey: 'id,conversation_id', foreignKey: ['(conversation_id) references conversation(id)|@foreignFieldName posts', '(id,library_id) references heard_author(post_id,library_id)|@fieldName author'] } },
      heard_author: { tags: { primaryKey: 'post_id,library_id' } },
      heard_finding: { tags: { primaryKey: 'id,conversation_id', foreignKey: '(conversation_id) references conversation(id)|@foreignFieldName findings' } },
    },
  },
});

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [edges],
  // Columns of views are under no index of their own, and may be asked for all the same.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ pool, schemas: ['public'] })],
  grafast: { explain: false, context: () => ({ pgSettings: { 'earshot.actor': actor } }) },
  grafserv: { graphiql: false, watch: false },
});

const server = createServer();
await instance.createServ(grafserv).addTo(server);
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
console.log(`http://127.0.0.1:${server.address().port}/graphql`);
await once(createInterface({ input: process.stdin }), 'close');
server.closeAllConnections();
server.close();
await instance.release();
await pool.end();
