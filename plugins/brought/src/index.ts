import { definePlugin } from '@earshot/plugin-sdk';

export default definePlugin({ id: 'brought', version: '0.1.0', sdk: '^0.1.0', networks: ['brought'], byHand: true });
