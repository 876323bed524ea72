import { InvalidArgumentError } from 'commander';

/** A number of days, as an option. What range it has is for whoever takes it to say. */
export const days = (words: string): number => {
  if (!/^\d{1,9}$/.test(words)) throw new InvalidArgumentError('Give a whole number of days, such as 30.');
  return Number(words);
};

export const day = (words: string): string => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(words)) throw new InvalidArgumentError('Give a day, as 2027-03-01.');
  return words;
};

export const named = (words: string): string => {
  if (words.trim() === '') throw new InvalidArgumentError('Give a name.');
  return words;
};
