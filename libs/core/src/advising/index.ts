export { AdvisingModule } from './advising.module.js';
