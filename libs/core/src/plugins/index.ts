export * from './channels/channel-store.js';
export * from './intake.js';
