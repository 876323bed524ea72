import { isDeepStrictEqual } from 'node:util';
import { abilitiesSchema, isRemoteError, refSchema, uploadedSchema, type AttachedImage, type Attempt, type Ref, type Responder } from '@earshot/plugin-sdk';
import { anImage } from '../builders.js';
import { demand, type Check } from '../check.js';
import { demandRemoteError, settled } from '../settle.js';

/** A network of its own for one check, with what the responder needs to reach it. */
export interface ResponderWorld<X> {
  readonly ctx: X;
  /** The texts that were published there by now, in any order. */
  published(): readonly string[] | Promise<readonly string[]>;
  /** Fires `ctx.abort`. */
  stop(): void;
}

/** A world in which something goes wrong, with the name of what. */
export interface TroubledWorld<X> {
  readonly name: string;
  readonly world: () => ResponderWorld<X> | Promise<ResponderWorld<X>>;
}

/** What {@link describeResponderContract} needs to know. */
export interface ResponderContract<X> {
  readonly responder: Responder<X>;
  /** The networks that the plugin declares. */
  readonly networks: readonly string[];
  /** A fresh network on which `attempt` can be sent, and on which nothing was published yet. */
  readonly world: () => ResponderWorld<X> | Promise<ResponderWorld<X>>;
  /** Something that can be sent there. */
  readonly attempt: Attempt;
  /** Networks on which sending fails: refused, signed out, down. */
  readonly failing: readonly TroubledWorld<X>[];
  /** Networks that publish what is sent, and whose answer is lost on the way. */
  readonly forgetful?: readonly TroubledWorld<X>[];
  /** A network that never answers. */
  readonly silent?: () => ResponderWorld<X> | Promise<ResponderWorld<X>>;
  /** Milliseconds within which it settles after an abort. Default 5,000; shorter only where this suite itself is tested. */
  readonly abortDeadlineMs?: number;
}

const demandRef = <X>({ networks }: ResponderContract<X>, what: string, ref: unknown): Ref => {
  const read = refSchema.safeParse(ref);
  demand(read.success, `${what} is no valid ref: ${JSON.stringify(ref)}`);
  demand(networks.includes(read.data.network), `${what} is of network ${read.data.network}, which the plugin does not declare`);
  return read.data;
};

/** Every name that both refs have is the same one. */
const isSame = (a: Ref, b: Ref): boolean =>
  a.network === b.network && (a.id !== undefined && b.id !== undefined ? a.id === b.id : isDeepStrictEqual(a.local, b.local));

const saysAbilities = async <X>({ responder, world, attempt }: ResponderContract<X>): Promise<void> => {
  for (const to of [attempt.to, undefined]) {
    const { ctx } = await world();
    const abilities = await responder.abilities(to, ctx);
    const read = abilitiesSchema.safeParse(abilities);
    demand(read.success, `abilities are not valid: ${read.error?.message ?? ''}`);
    demand(abilities.reply === 'yes' || abilities.because !== undefined, `it says ${abilities.reply} and not because of what`);
  }
};

const sends = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { ctx, published } = await contract.world();
  demandRef(contract, 'what send gave', await contract.responder.send(contract.attempt, ctx));
  const texts = await published();
  demand(texts.length === 1, `${texts.length} posts were published for one attempt`);
};

const sendsOnce = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { ctx, published } = await contract.world();
  const first = demandRef(contract, 'what send gave', await contract.responder.send(contract.attempt, ctx));
  const [again] = await Promise.allSettled([contract.responder.send(contract.attempt, ctx)]);
  demandRemoteError('sending the same key again', again);
  const texts = await published();
  demand(texts.length === 1, `the same key was published ${texts.length} times`);
  if (again.status === 'fulfilled') demand(isSame(first, again.value), 'the same key gave another ref the second time');
};

const finds = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { ctx } = await contract.world();
  const sent = demandRef(contract, 'what send gave', await contract.responder.send(contract.attempt, ctx));
  const found = await contract.responder.find(contract.attempt, ctx);
  demand(found !== 'absent', 'find says absent of what was sent');
  if (found !== 'cannot-tell') demand(isSame(sent, demandRef(contract, 'what find gave', found)), 'find gives another ref than send');
};

const findsNothing = async <X>({ responder, world, attempt }: ResponderContract<X>): Promise<void> => {
  const { ctx, published } = await world();
  const found = await responder.find({ ...attempt, key: 'never-sent', text: 'Nobody ever sent this sentence.' }, ctx);
  demand(found === 'absent' || found === 'cannot-tell', `find found what was never sent: ${JSON.stringify(found)}`);
  demand((await published()).length === 0, 'find published something');
};

const failsWell = async <X>({ responder, failing, attempt }: ResponderContract<X>): Promise<void> => {
  demand(failing.length > 0, 'no failing network was given');
  for (const { name, world } of failing) {
    const { ctx, published } = await world();
    const [sent] = await Promise.allSettled([responder.send(attempt, ctx)]);
    demandRemoteError(`send to ${name}`, sent);
    demand(sent.status === 'rejected', `send to ${name} succeeded`);
    const isHarmless = isRemoteError(sent.reason) && sent.reason.kind !== 'outcome-unknown';
    demand(!isHarmless || (await published()).length === 0, `send to ${name} published, and said that it failed`);
    const others = await Promise.allSettled([responder.find(attempt, ctx), responder.abilities(attempt.to, ctx)]);
    for (const other of others) demandRemoteError(`find or abilities at ${name}`, other);
  }
};

const neverDenies = async <X>({ responder, forgetful = [], attempt }: ResponderContract<X>): Promise<void> => {
  for (const { name, world } of forgetful) {
    const { ctx } = await world();
    const [sent] = await Promise.allSettled([responder.send(attempt, ctx)]);
    demand(sent.status === 'rejected', `send to ${name} succeeded`);
    demand(isRemoteError(sent.reason) && sent.reason.kind === 'outcome-unknown', `send to ${name} did not say outcome-unknown`);
    const [found] = await Promise.allSettled([responder.find(attempt, ctx)]);
    demandRemoteError(`find at ${name}`, found);
    demand(found.status === 'rejected' || found.value !== 'absent', `find at ${name} says absent of what was published`);
  }
};

const obeysAbort = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { responder, attempt, abortDeadlineMs } = contract;
  const calls: readonly ((ctx: X) => Promise<unknown>)[] = [
    (ctx) => responder.send(attempt, ctx),
    (ctx) => responder.find(attempt, ctx),
    (ctx) => responder.abilities(attempt.to, ctx),
  ];
  for (const call of calls) {
    const { ctx, stop } = await (contract.silent ?? contract.world)();
    const work = call(ctx);
    stop();
    await settled('a call that is aborted', work, abortDeadlineMs);
  }
};

const removes = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { responder, attempt, world } = contract;
  if (!responder.change) return;
  const { ctx, published } = await world();
  const sent = await responder.send(attempt, ctx);
  await responder.change(sent, 'removed', ctx);
  demand((await published()).length === 0, 'what was removed is still there');
  await responder.change(sent, 'removed', ctx);
};

/** The attempt, as a post of our own: it answers nobody. */
const toNobody = ({ to: _, root: __, ...attempt }: Attempt): Attempt => ({ ...attempt, key: `${attempt.key.slice(0, 48)}-to-nobody` });

/** Undefined where the network takes no post that answers nobody. */
const sentToNobody = async <X>(contract: ResponderContract<X>) => {
  const { responder, world } = contract;
  const [attempt, { ctx, published }] = [toNobody(contract.attempt), await world()];
  const { reply, can } = await responder.abilities(undefined, ctx);
  if (reply !== 'yes') return undefined;
  return { attempt, ctx, published, can, sent: demandRef(contract, 'what send gave', await responder.send(attempt, ctx)) };
};

const findsToNobody = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const there = await sentToNobody(contract);
  if (there === undefined) return;
  const texts = await there.published();
  demand(texts.length === 1, `${texts.length} posts were published for one that answers nobody`);
  const found = await contract.responder.find(there.attempt, there.ctx);
  demand(found !== 'absent', 'find says absent of a post that answers nobody');
  if (found !== 'cannot-tell') demand(isSame(there.sent, demandRef(contract, 'what find gave', found)), 'find gives another ref than send of a post that answers nobody');
};

const otherWords = 'Other words, for everybody.';

const changesToNobody = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { change } = contract.responder;
  const there = change === undefined ? undefined : await sentToNobody(contract);
  if (change === undefined || there === undefined) return;
  const { ctx, published, can, sent } = there;
  if (can.includes('edit')) {
    await change(sent, { text: otherWords }, ctx);
    const texts = await published();
    demand(texts.length === 1 && texts[0]?.includes(otherWords) === true, `a post that answers nobody says after its edit: ${JSON.stringify(texts)}`);
  }
  if (!can.includes('remove')) return;
  await change(sent, 'removed', ctx);
  demand((await published()).length === 0, 'a post that answers nobody is still there after it was removed');
};

/** As the host hands it over. */
const handedOver = async <X>({ responder }: ResponderContract<X>, image: AttachedImage, ctx: X): Promise<AttachedImage> => {
  if (responder.upload === undefined) return image;
  const uploaded: unknown = await responder.upload(image, ctx);
  const read = uploadedSchema.safeParse(uploaded);
  demand(read.success, `what upload gave names no image: ${JSON.stringify(uploaded)}`);
  return { ...image, uploaded: read.data };
};

const showsImages = async <X>(contract: ResponderContract<X>): Promise<void> => {
  const { responder, world, attempt } = contract;
  const [{ ctx, published }, image] = [await world(), anImage()];
  const { media } = await responder.abilities(attempt.to, ctx);
  demand(responder.upload === undefined || media !== undefined, 'it uploads images, and says that it takes none');
  if (media === undefined || !media.mediaTypes.includes(image.mediaType)) return;
  const handed = await handedOver(contract, image, ctx);
  demand((await published()).length === 0, 'an upload published something');
  const sent = demandRef(contract, 'what send gave', await responder.send({ ...attempt, media: [handed] }, ctx));
  demand((await published()).length === 1, 'an answer with an image was not published once');
  const found = await responder.find({ ...attempt, media: [image] }, ctx);
  demand(found !== 'absent', 'find says absent of an answer with an image');
  if (found !== 'cannot-tell') demand(isSame(sent, demandRef(contract, 'what find gave', found)), 'find gives another ref than send of an answer with an image');
};

const uploadsHarmlessly = async <X>({ responder, failing, forgetful = [] }: ResponderContract<X>): Promise<void> => {
  for (const { name, world } of [...failing, ...forgetful]) {
    const { ctx, published } = await world();
    const [taken] = await Promise.allSettled([responder.upload?.(anImage(), ctx)]);
    demandRemoteError(`upload to ${name}`, taken);
    demand(taken.status === 'fulfilled' || !isRemoteError(taken.reason) || taken.reason.kind !== 'outcome-unknown', `upload to ${name} says outcome-unknown, though nothing can have been published`);
    demand((await published()).length === 0, `upload to ${name} published something`);
  }
};

/** The checks of {@link describeResponderContract}, to be run one by one. */
export const responderChecks = <X>(contract: ResponderContract<X>): readonly Check[] => [
  { name: 'says what it is able to, as valid data with a reason', run: () => saysAbilities(contract) },
  { name: 'publishes an attempt, and says where', run: () => sends(contract) },
  { name: 'publishes a key once', run: () => sendsOnce(contract) },
  { name: 'finds what it sent', run: () => finds(contract) },
  { name: 'does not find what nobody sent', run: () => findsNothing(contract) },
  { name: 'fails with RemoteErrors only, and publishes nothing when it says that it failed', run: () => failsWell(contract) },
  { name: 'says outcome-unknown where an answer was lost, and never denies what was published', run: () => neverDenies(contract) },
  { name: 'removes what it sent, and does so twice without harm, where it can', run: () => removes(contract) },
  { name: 'publishes a post that answers nobody, and finds it', run: () => findsToNobody(contract) },
  { name: 'edits what answers nobody and takes it back, where it says that it can', run: () => changesToNobody(contract) },
  { name: 'shows images, handed over before, where it says that it takes them', run: () => showsImages(contract) },
  { name: 'uploads without publishing, and fails to with RemoteErrors that say so', run: () => uploadsHarmlessly(contract) },
  { name: 'settles when the host aborts', run: () => obeysAbort(contract) },
];
