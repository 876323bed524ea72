import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FollowChanges, type FollowableTarget, TargetResolver } from '@earshot/core/follows';
import { type SavedSearchRow, SavedSearchesService, SearchNotOffered, type SearchResult } from '@earshot/core/follows/searches';
import { type Actor, Audit, Permissions } from '@earshot/core/staff';
import { FollowDesk } from '../../libs/core/src/follows/follow-desk.js';
import { TestBed } from './host-under-test.js';
import { ListeningProcess } from './listening-process.js';
import { SearchNetwork, withSearch } from './with-search.js';

let bed: TestBed;
let process: ListeningProcess;
let searches: SavedSearchesService;
let ada: Actor;
let [account, list] = ['', ''];
const network = new SearchNetwork();

class Changes extends FollowChanges {
  changed(): void {}
}
class Targets extends TargetResolver {
  resolve = (accountId: string, text: string): Promise<readonly FollowableTarget[]> => process.plugins.resolve(accountId, text);
  networks = (accountId: string): Promise<readonly string[]> => process.plugins.networks(accountId);
  profiles = async (): Promise<[]> => [];
}

beforeAll(async () => {
  bed = await TestBed.open();
  account = await bed.scene.account(bed.library, { plugin: 'with-search' });
  list = await bed.scene.list(bed.library);
  ada = { id: await bed.scene.person(bed.library), kind: 'person' };
  process = await ListeningProcess.start(bed, [withSearch(network)]);
  process.host.intake.passOnTo = process.listening;
  searches = new SavedSearchesService(new FollowDesk(bed.database, new Permissions(), new Audit(), new Changes()), new Targets(), process.jobs);
});
afterAll(() => bed.close());

const row = (result: SearchResult): SavedSearchRow => {
  if ('code' in result) throw new Error(result.message);
  return result;
};
const polled = (name: string, text: string): Promise<SearchResult> =>
  searches.create(ada, bed.library.id, { name, text, does: 'poll', reason: 'asked for often', category: 'topic', accountId: account, listId: list });
/** What the schedule does: plans what changed, and reads what is due. */
const turn = async (): Promise<void> => {
  await bed.elapse(60_000);
  process.clock.advance(5_000);
  await process.host.turn();
};
const stored = async (): Promise<string[]> => (await bed.scene.query<{ remote_id: string }>('select remote_id from post where known order by remote_id')).map((each) => each.remote_id);
const broughtBy = async (followId: string | null): Promise<number> => (await bed.scene.query<{ heard: number }>('select coalesce(sum(heard), 0)::int as heard from follow_day where follow_id = $1', [followId]))[0]?.heard ?? 0;

it('a search is asked of a network that looks itself, brings what it finds by its own reading, counts it, and ends with the search', async () => {
  const search = row(await polled('Cellars', 'wine cellar'));
  const [found, half] = [network.say('Who builds a wine cellar?'), network.say('Wine for sale')];
  await turn();
  expect(network.asked).toEqual(['wine cellar']);
  // The network finds either word; the search wants both.
  expect(await stored()).toEqual([found]);
  expect(await bed.scene.query('select h.cause, h.follow_id as follow from hearing h join conversation c on c.id = h.conversation_id join post p using (thread_id) where p.remote_id = $1', [found])).toEqual([{ cause: 'search', follow: search.pollId }]);
  const later = network.say('My cellar has no wine');
  await turn();
  expect(await stored()).toEqual([found, later]);
  expect(await broughtBy(search.pollId)).toBe(2);

  row(await searches.remove(ada, search.id));
  const unheard = network.say('Another wine cellar');
  network.asked.splice(0);
  await turn();
  expect(network.asked).toEqual([]);
  const again = row(await searches.undo(ada, search.id));
  expect(again.pollId).not.toBe(search.pollId);
  await turn();
  expect(network.asked).toEqual(['wine cellar']);
  expect(await stored()).toContain(unheard);
  expect(await stored()).not.toContain(half);
});

it('is not made where the network does not look for what it says', async () => {
  expect(await polled('Tagged', '#wine')).toEqual(new SearchNotOffered());
});
