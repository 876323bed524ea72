import { enumOf } from '../graphql/index.js';
import type { AccountHealthState, AccountRow } from './account.row.js';
import type { ChannelRow, ChannelState, GapState } from './channel.row.js';

export const AccountHealthEnum = enumOf<AccountHealthState>('AccountHealth', 'How an account does.', {
  new: 'Nothing was heard yet.',
  well: 'All is heard.',
  troubled: 'Not all is heard; the words say why.',
  'sign-in-again': 'Nothing is heard until somebody signs in again.',
  failed: 'Nothing is heard; the words say why.',
});

export const AccountStateEnum = enumOf<AccountRow['state']>('AccountState', 'Whether an account is in use.', {
  on: 'It hears.',
  off: 'It was turned off.',
});

export const ChannelStateEnum = enumOf<ChannelState>('ChannelState', 'What a channel is doing.', {
  waiting: 'Until it is time to look again.',
  reading: 'It is read now.',
  'backing-off': 'It could not be reached, and is tried again later.',
  paused: 'The network asked us to wait.',
  quarantined: 'The plugin failed: set aside until somebody lets it try again.',
  stopped: 'The network refused: until somebody lets it try again, or changes the account.',
});

export const ChannelModeEnum = enumOf<ChannelRow['mode']>('ChannelMode', 'How a channel hears.', {
  poll: 'It asks again and again.',
  stream: 'It keeps a connection open.',
});

export const GapStateEnum = enumOf<GapState>('CoverageGapState', 'What became of a gap.', {
  open: 'What is missing may still be had.',
  'partly-closed': 'Some of it was heard since.',
  closed: 'All of it was heard since.',
  lost: 'It cannot be had any more.',
});
