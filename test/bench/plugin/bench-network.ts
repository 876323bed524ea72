import { fileURLToPath } from 'node:url';

const at = (file: string): URL => new URL(file, import.meta.url);

/** Settings of an Earshot that knows the network inside the process. */
export const withBenchNetwork = { NODE_OPTIONS: `--import ${at('./with-bench-plugin.mjs').href}`, EARSHOT_CONFIG: fileURLToPath(at('./earshot.config.json')) } as const;

/** What its account is told: who its people are by name, how many posts they say in a second (0: as many as are taken), and how much of the first is over. */
export const benchSettings = (name: string, perSecond: number, begun = 0): object => ({ name, perSecond, begun });
