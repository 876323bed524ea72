import { Draw, mixed } from '../frame/draw.ts';

/** What a network of the suite says, as a whole: both sides make the same of it. */
export interface ScriptWish {
  readonly seed: number;
  readonly channels: number;
  readonly posts: number;
  /** How far a post may be told out of its turn: the further, the more replies come before what they answer. */
  readonly disorder: number;
}

export interface SaidEvent {
  readonly what: 'said';
  readonly id: string;
  readonly by: string;
  readonly to?: string;
  readonly version: number;
  readonly text: string;
}
export interface GoneEvent {
  readonly what: 'gone';
  readonly id: string;
}
export type ScriptEvent = SaidEvent | GoneEvent;

/** Nobody answers what was said longer ago than so many posts. */
const reach = 40;

/**
 * The events of each channel, in its order. Posts answer posts of any channel, also such as come later or by another process; some are edited, some
 * deleted, some told twice.
 */
export const scriptOf = ({ seed, channels, posts, disorder }: ScriptWish): readonly (readonly ScriptEvent[])[] => {
  const draw = new Draw(mixed(seed, 'script'));
  const told: { readonly channel: number; readonly at: number; readonly event: ScriptEvent }[] = [];
  for (let n = 0; n < posts; n++) {
    const id = `post-${n}`;
    const channel = draw.int(0, channels - 1);
    const parent = n > 0 && draw.chance(0.7) ? draw.int(Math.max(0, n - reach), n - 1) : undefined;
    let at = n + draw.int(0, disorder);
    const said = (version: number): SaidEvent => ({ what: 'said', id, by: `person-${n % 17}`, ...(parent === undefined ? {} : { to: `post-${parent}` }), version, text: `What ${id} says, for the ${version}. time` });
    const tell = (event: ScriptEvent): void => void told.push({ channel, at, event });
    tell(said(1));
    if (draw.chance(0.05)) tell(said(1));
    if (draw.chance(0.12)) { at += draw.int(1, 30); tell(said(2)); }
    if (draw.chance(0.06)) { at += draw.int(1, 30); tell({ what: 'gone', id }); }
  }
  return Array.from({ length: channels }, (_, channel) => told.filter((each) => each.channel === channel).sort((a, b) => a.at - b.at).map(({ event }) => event));
};

/** How many events come in one batch, which is the same for whoever asks. */
export const batchAt = ({ seed }: ScriptWish, channel: number, from: number): number => 1 + (mixed(seed, 'batch', channel, from) % 12);

/** What is known of one post from the events up to a cursor. */
export interface Heard {
  readonly said: SaidEvent;
  readonly gone: boolean;
}

/** The posts that are told by these channels up to their cursors, in their last versions. */
export const heardUpTo = (script: readonly (readonly ScriptEvent[])[], cursors: ReadonlyMap<number, number>): ReadonlyMap<string, Heard> => {
  const heard = new Map<string, Heard>();
  for (const [channel, cursor] of cursors)
    for (const event of script[channel]?.slice(0, cursor) ?? []) {
      const before = heard.get(event.id);
      if (event.what === 'said') heard.set(event.id, { said: event, gone: before?.gone ?? false });
      else if (before !== undefined) heard.set(event.id, { ...before, gone: true });
    }
  return heard;
};
