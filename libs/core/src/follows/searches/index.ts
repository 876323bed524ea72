export * from './saved-search.errors.js';
export * from './saved-search.model.js';
export * from './saved-search.row.js';
export * from './saved-searches.repository.js';
export * from './saved-searches.service.js';
export * from './search-jobs.js';
