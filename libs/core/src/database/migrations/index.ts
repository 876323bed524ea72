import { Initial1700000000001 } from './0001-initial.migration.js';
import { Stops1700000000002 } from './0002-stops.migration.js';
import { SignInPlaces1700000000003 } from './0003-sign-in-places.migration.js';
import { ScopeOnce1700000000004 } from './0004-scope-once.migration.js';
import { SearchConfig1700000000006 } from './0006-search-config.migration.js';
import { Apart1700000000007 } from './0007-apart.migration.js';
import { HeardText1700000000008 } from './0008-heard-text.migration.js';
import { HeardAuthor1700000000011 } from './0011-heard-author.migration.js';
import { LastTried1700000000012 } from './0012-last-tried.migration.js';
import { ReplyChecks1700000000013 } from './0013-reply-checks.migration.js';
import { SendingStops1700000000014 } from './0014-sending-stops.migration.js';
import { Approvals1700000000015 } from './0015-approvals.migration.js';
import { PutBack1700000000016 } from './0016-put-back.migration.js';
import { SavedAnswers1700000000017 } from './0017-saved-answers.migration.js';
import { Notices1700000000018 } from './0018-notices.migration.js';
import { ClientSessions1700000000019 } from './0019-client-sessions.migration.js';
import { Webhooks1700000000020 } from './0020-webhooks.migration.js';
import { WorkingTogether1700000000021 } from './0021-working-together.migration.js';
import { UnmetNeeds1700000000022 } from './0022-unmet-needs.migration.js';
import { BringIn1700000000023 } from './0023-bring-in.migration.js';
import { Begun1700000000024 } from './0024-begun.migration.js';
import { Afterwards1700000000025 } from './0025-afterwards.migration.js';
import { Attachments1700000000026 } from './0026-attachments.migration.js';
import { Push1700000000027 } from './0027-push.migration.js';
import { Parts1700000000028 } from './0028-parts.migration.js';
import { Silence1700000000029 } from './0029-silence.migration.js';

/** Every migration, in order. Never edit one that was released: add another. */
export const migrations = [
  Initial1700000000001, Stops1700000000002, SignInPlaces1700000000003, ScopeOnce1700000000004, SearchConfig1700000000006, Apart1700000000007, HeardText1700000000008,
  HeardAuthor1700000000011, LastTried1700000000012, ReplyChecks1700000000013, SendingStops1700000000014, Approvals1700000000015, PutBack1700000000016, SavedAnswers1700000000017,
  Notices1700000000018, ClientSessions1700000000019, Webhooks1700000000020, WorkingTogether1700000000021, UnmetNeeds1700000000022, BringIn1700000000023, Begun1700000000024, Afterwards1700000000025,
  Attachments1700000000026, Push1700000000027, Parts1700000000028, Silence1700000000029,
];
