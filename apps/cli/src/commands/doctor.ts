import type { Command } from 'commander';
import type { Checked } from '../doctor/checked.js';
import { examine } from '../doctor/examine.js';
import { say } from '../terminal.js';

/** `earshot doctor`: what is well, what is not, and what to do; exit code 1 where something fails. */
export const doctorCommand = (program: Command): void => {
  program
    .command('doctor')
    .description('looks at the installation, also while Earshot runs, and says what is not well and what to do; changes and starts nothing')
    .option('--json', 'as JSON, for programs')
    .action(async (options: { json?: true }) => {
      const checked = await examine();
      if (options.json === true) say(JSON.stringify({ status: worst(checked), checks: checked }, undefined, 2));
      else for (const line of inLines(checked)) say(line);
      if (worst(checked) === 'fail') process.exitCode = 1;
    });
};

const worst = (checked: readonly Checked[]): Checked['status'] => (['fail', 'warn'] as const).find((status) => checked.some((each) => each.status === status)) ?? 'ok';

const inLines = (checked: readonly Checked[]): readonly string[] => {
  const width = Math.max(...checked.map(({ check }) => check.length));
  const margin = ' '.repeat(6 + width + 2);
  const lines = checked.flatMap(({ status, check, words, cure }) => [`${status.padEnd(6)}${check.padEnd(width)}  ${words.replaceAll('\n', `\n${margin}`)}`, ...(cure === undefined ? [] : [`${margin}What to do: ${cure}`])]);
  const count = (status: Checked['status']): number => checked.filter((each) => each.status === status).length;
  return [...lines, '', `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`];
};
