import { definePlugin } from '@earshot/plugin-sdk';
import { CueClassifier } from './classifier.js';

export default definePlugin({
  id: 'cues',
  version: '0.1.0',
  sdk: '^0.1.0',
  networks: [],
  classifiers: { needs: async () => new CueClassifier() },
});
