export { StopAdministration, type StopPlace } from './stop-administration.js';
export { StopLoader } from './stop.loader.js';
export { StopModel } from './stop.model.js';
export { stopInWords, type StopKind, stopKinds, type StopRow } from './stop.row.js';
export { StopNews } from './stop-news.js';
export { StopWatch } from './stop-watch.js';
export { StopsApiModule, StopsModule } from './stops.module.js';
export { StopsRepository } from './stops.repository.js';
