import { Agent, request } from 'node:http';

/** As many as may ask at once. */
const sockets = 16;

interface Answer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string }[];
}

/** Asks a GraphQL server over connections that stay open. What answers with an error ends the bench. */
export class GraphqlClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: sockets });
  private readonly url: string;
  private readonly cookie: string;

  constructor(url: string, cookie = '') {
    this.url = url;
    this.cookie = cookie;
  }

  /** As the one who signed in with `cookie`, else as whoever the client was made for. */
  async ask<Data>(query: string, variables: object = {}, cookie = this.cookie): Promise<Data> {
    const text = await this.post(JSON.stringify({ query, variables }), cookie);
    const { data, errors } = JSON.parse(text) as Answer<Data>;
    if (data === undefined || data === null || errors !== undefined) throw new Error(`${query.slice(0, 200)}: ${text.slice(0, 500)}`);
    return data;
  }

  close(): void {
    this.agent.destroy();
  }

  private post(body: string, cookie: string): Promise<string> {
    const headers = { 'content-type': 'application/json', accept: 'application/json', 'x-earshot': '1', cookie, 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request(this.url, { method: 'POST', agent: this.agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve(Buffer.concat(parts).toString()));
        answer.on('error', reject);
      });
      // A connection that the server gave up while nobody asked anything: it has not read the question.
      asked.on('error', (error: NodeJS.ErrnoException) => (asked.reusedSocket && error.code === 'ECONNRESET' ? this.post(body, cookie).then(resolve, reject) : reject(error)));
      asked.end(body);
    });
  }
}
