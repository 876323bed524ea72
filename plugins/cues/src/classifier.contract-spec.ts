import { aHeard, describeClassifierContract } from '@earshot/plugin-testing';
import { CueClassifier } from './classifier.js';

describeClassifierContract('cues', {
  classifier: async () => new CueClassifier(),
  posts: [
    aHeard('I wonder how hard it would be to build a wine cellar in my basement?'),
    aHeard('Can anyone recommend a good mystery set in Scotland? 🔎'),
    aHeard('¿Alguien sabe dónde puedo aprender a tejer?'),
    aHeard('Thinking of taking up beekeeping'),
    aHeard('The ferry runs again.'),
  ],
});
