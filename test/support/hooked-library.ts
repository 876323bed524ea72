import { WebhookCourier } from '@earshot/core/webhooks';
import { type Hint, newId } from '../../libs/core/src/database/index.js';
import { wentIn } from './output/record.js';
import { Scene, type SceneLibrary } from './scene.js';
import { createTestDatabase } from './test-database.js';
import { type WebhookReceiver, startReceiver } from './webhook-receiver.js';
import { type WholeApp, sessionOf, startWholeApp } from './whole-app.js';

type Caller = Readonly<Record<string, string>>;

export interface Hook {
  readonly id: string;
  readonly secret: string;
  readonly at: WebhookReceiver;
}

/** A whole application whose webhooks may reach this machine, and a library with somebody who administers it. */
export class HookedLibraries {
  private readonly receivers: WebhookReceiver[] = [];

  private constructor(readonly app: WholeApp, readonly scene: Scene, readonly ashford: SceneLibrary, readonly head: Caller) {}

  static async open(): Promise<HookedLibraries> {
    const test = await createTestDatabase();
    const scene = await Scene.open(test);
    const ashford = await scene.library({ name: 'Ashford' });
    const head = await sessionOf(scene, await scene.person(ashford, 'administrator'));
    const app = await startWholeApp(test, [], { EARSHOT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1/32' });
    return new HookedLibraries(app, scene, ashford, head);
  }

  get courier(): WebhookCourier {
    return this.app.app.get(WebhookCourier);
  }

  async receiver(): Promise<WebhookReceiver> {
    const receiver = await startReceiver();
    this.receivers.push(receiver);
    return receiver;
  }

  async hook(told: { readonly kinds?: readonly string[]; readonly library?: SceneLibrary; readonly by?: Caller; readonly at?: WebhookReceiver } = {}): Promise<Hook> {
    const { kinds = ['follow_list_changed'], library = this.ashford, by = this.head } = told;
    const at = told.at ?? (await this.receiver());
    const { data, errors } = await this.app.ask(by, `mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { __typename ... on MadeWebhook { secret webhook { id } } ... on UserError { code message } } }`, {
      input: { libraryId: library.id, name: 'A program', url: at.url, kinds },
    });
    const made = (data as { createWebhook: { secret?: string; webhook?: { id: string } } } | null | undefined)?.createWebhook;
    if (made?.secret === undefined || made.webhook === undefined) throw new Error(`no webhook: ${JSON.stringify(errors ?? made)}`);
    wentIn('the secret of a webhook', made.secret, 'once');
    return { id: made.webhook.id, secret: made.secret, at };
  }

  /** Something happens, and is told of as everything is. */
  async happens(kind: Hint['kind'] = 'follow-list', { library = this.ashford, id = newId(), version = 3 }: { readonly library?: SceneLibrary; readonly id?: string; readonly version?: number } = {}): Promise<string> {
    await this.app.database.listening(async (tx) => tx.hint({ kind, id, library: library.id, version }));
    return id;
  }

  /** Until all that is due was tried once more. */
  async tell(): Promise<void> {
    this.courier.start();
    this.courier.wake();
    await this.courier.idle();
  }

  /** As if so much time had passed for everything that waits. */
  later(seconds: number): Promise<unknown> {
    return Promise.all([
      this.scene.query(`update webhook_delivery set due_at = due_at - make_interval(secs => $1) where due_at is not null`, [seconds]),
      this.scene.query(`update webhook set rests_until = rests_until - make_interval(secs => $1), failing_since = failing_since - make_interval(secs => $1), lease_until = lease_until - make_interval(secs => $1)`, [seconds]),
    ]);
  }

  log(hook: Pick<Hook, 'id'>): Promise<{ state: string; tries: number; status: number | null; failure_words: string | null; kind: string; id: string; due: number | null; subject_id: string }[]> {
    return this.scene.query('select id, kind, subject_id, state, tries, status, failure_words, extract(epoch from due_at - now())::float8 as due from webhook_delivery where webhook_id = $1 order by at, id', [hook.id]);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.scene.close();
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
  }
}
