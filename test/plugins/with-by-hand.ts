import { definePlugin } from '@earshot/plugin-sdk';

/** Under whose network stands what staff bring in by hand. */
export const withByHand = definePlugin({ id: 'with-by-hand', version: '1', sdk: '^0.1.0', networks: ['by-hand'], byHand: true });
