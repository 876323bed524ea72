export { BringingInModule } from './bringing-in.module.js';
