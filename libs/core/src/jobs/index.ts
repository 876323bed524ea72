export { installJobQueue } from './install-job-queue.js';
export { JobProblem } from './job-failure.js';
export * from './job-kind.js';
export { JobQueue, type JobQueueOptions } from './job-queue.js';
export * from './jobs.js';
export * from './jobs.module.js';
export { LaneCourier } from './lane-courier.js';
export { Lanes } from './lanes.js';
