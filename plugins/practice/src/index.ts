import { definePlugin } from '@earshot/plugin-sdk';
import { ashford } from './load-town.js';
import { network, toProfile } from './map-town.js';
import { position } from './position.js';
import { practiceResponder } from './responder.js';
import { secrets, settings } from './settings.js';
import { practiceSource } from './source.js';
import { libraryId } from './town.schema.js';

/** Ashford: a network inside Earshot, to train and to try things on. */
export default definePlugin({
  id: 'practice',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [network],
  account: {
    settings,
    secrets,
    identify: async () => {
      const library = (await ashford()).people.get(libraryId);
      return library === undefined ? undefined : toProfile(library, 0);
    },
  },
  cursor: position,
  source: practiceSource(),
  responder: practiceResponder(),
});
