/**
 * A whole atproto network (PLC, PDS, AppView, Ozone) in this process, on 127.0.0.1: `node run-atproto.mjs <url of a PostgreSQL>`.
 * Says one line of JSON once it runs. Answers each line of its input with the same line once all that was written is indexed. Ends with its input.
 */
import net from 'node:net';
import { createInterface } from 'node:readline';

// Its servers name no address and would be open to everybody who reaches this machine.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (where, ...more) {
  if (typeof where === 'object' && where !== null && where.path === undefined) return listen.call(this, { ...where, host: '127.0.0.1' }, ...more);
  if (typeof where === 'number' || /^\d+$/.test(String(where))) return listen.call(this, Number(where), '127.0.0.1', ...more.filter((each) => typeof each === 'function'));
  return listen.call(this, where, ...more);
};
// It wants to be told of a Redis and works without one.
process.env.REDIS_HOST = '127.0.0.1:1';

const { TestNetwork } = await import('@atproto/dev-env');
const network = await TestNetwork.create({ dbPostgresUrl: process.argv[2], dbPostgresSchema: 'bsky', pds: { hostname: 'localhost', enableDidDocWithSession: true } });
console.log(`ready ${JSON.stringify({ plc: network.plc.url, pds: network.pds.url, appView: network.bsky.url, ozone: network.ozone.url })}`);

for await (const line of createInterface({ input: process.stdin })) {
  await network.processAll();
  console.log(line);
}
await network.close();
process.exit();
