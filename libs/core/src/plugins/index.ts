export * from './channels/channel-store.js';
export * from './intake.js';
export { type HostedPlugin, loadPlugins, type PluginSources } from './loader/load-plugins.js';
export { PluginRegistry, type RegisteredClassifier } from './loader/plugin-registry.js';
