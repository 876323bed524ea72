import { registerEnumType } from '@nestjs/graphql';
import type { AccountHealthState, AccountRow } from './account.row.js';
import type { ChannelRow, ChannelState, GapState } from './channel.row.js';

/** GraphQL spells `sign-in-again` as `sign_in_again`: it has no hyphens. Resolvers see the word itself. */
export const AccountHealthEnum = { new: 'new', well: 'well', troubled: 'troubled', sign_in_again: 'sign-in-again', failed: 'failed' } as const satisfies Record<string, AccountHealthState>;
registerEnumType(AccountHealthEnum, {
  name: 'AccountHealth',
  description: 'How an account does.',
  valuesMap: {
    new: { description: 'Nothing was heard yet.' },
    well: { description: 'All is heard.' },
    troubled: { description: 'Not all is heard; the words say why.' },
    sign_in_again: { description: 'Nothing is heard until somebody signs in again.' },
    failed: { description: 'Nothing is heard; the words say why.' },
  },
});

export const AccountStateEnum = { on: 'on', off: 'off' } as const satisfies Record<string, AccountRow['state']>;
registerEnumType(AccountStateEnum, {
  name: 'AccountState',
  description: 'Whether an account is in use.',
  valuesMap: { on: { description: 'It hears.' }, off: { description: 'It was turned off.' } },
});

export const ChannelStateEnum = {
  waiting: 'waiting', reading: 'reading', backing_off: 'backing-off', paused: 'paused', quarantined: 'quarantined', stopped: 'stopped',
} as const satisfies Record<string, ChannelState>;
registerEnumType(ChannelStateEnum, {
  name: 'ChannelState',
  description: 'What a channel is doing.',
  valuesMap: {
    waiting: { description: 'Until it is time to look again.' },
    reading: { description: 'It is read now.' },
    backing_off: { description: 'It could not be reached, and is tried again later.' },
    paused: { description: 'The network asked us to wait.' },
    quarantined: { description: 'The plugin failed: set aside until somebody lets it try again.' },
    stopped: { description: 'The network refused: until somebody lets it try again, or changes the account.' },
  },
});

export const ChannelModeEnum = { poll: 'poll', stream: 'stream' } as const satisfies Record<string, ChannelRow['mode']>;
registerEnumType(ChannelModeEnum, {
  name: 'ChannelMode',
  description: 'How a channel hears.',
  valuesMap: { poll: { description: 'It asks again and again.' }, stream: { description: 'It keeps a connection open.' } },
});

export const GapStateEnum = { open: 'open', partly_closed: 'partly-closed', closed: 'closed', lost: 'lost' } as const satisfies Record<string, GapState>;
registerEnumType(GapStateEnum, {
  name: 'CoverageGapState',
  description: 'What became of a gap.',
  valuesMap: {
    open: { description: 'What is missing may still be had.' },
    partly_closed: { description: 'Some of it was heard since.' },
    closed: { description: 'All of it was heard since.' },
    lost: { description: 'It cannot be had any more.' },
  },
});
