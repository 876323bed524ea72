import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { fileToRead, fileToWrite, writeOut } from './files.js';
import { day, days, named } from './options.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'earshot-files-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file that a command is given', () => {
  it('is one that is there and can be read twice', () => {
    writeFileSync(join(folder, 'there'), '');
    expect(fileToRead(join(folder, 'there'), 'a document')).toBe(join(folder, 'there'));
    expect(() => fileToRead(join(folder, 'missing'), 'a document')).toThrow(`There is no file ${join(folder, 'missing')}.`);
    expect(() => fileToRead(folder, 'a document')).toThrow(`${folder} is a folder.`);
    expect(() => fileToRead('/dev/null', 'a document')).toThrow('/dev/null is no file that can be read twice.');
  });
  it('is one that can be written, and is tried before', () => {
    const path = join(folder, 'secret.json');
    fileToWrite(path, 0o600);
    expect(writeOut(path, 'words')).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(() => fileToWrite(join(folder, 'nowhere/report.csv'))).toThrow(`${join(folder, 'nowhere/report.csv')} cannot be written (ENOENT).`);
    expect(() => fileToWrite(folder)).toThrow('cannot be written (EISDIR)');
  });
});

describe('an option', () => {
  it('takes days, a day and a name, and nothing else', () => {
    expect([days('30'), day('2027-03-01'), named('Clubs')]).toEqual([30, '2027-03-01', 'Clubs']);
    for (const wrong of ['many', '2.5', '-1', '', '1e3']) expect(() => days(wrong)).toThrow(InvalidArgumentError);
    expect(() => day('tomorrow')).toThrow(InvalidArgumentError);
    expect(() => named(' ')).toThrow(InvalidArgumentError);
  });
});
