export { LibrariesModule } from './libraries.module.js';
export { HandleTaken, LibrariesService } from './libraries.service.js';
export { libraryEdge } from './library-edge.js';
export { LibraryLoader } from './library.loader.js';
export { LibraryModel } from './models/library.model.js';
export { type QuietHours, afterQuiet, daysOn, localTime, minutesOf, momentOf } from './local-clock.js';
