import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { generatedTables, withTable } from './generated-tables.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

describe('the documents', () => {
  it.each(Object.entries(generatedTables))('have the table "%s" as the code makes it (else: npm run docs)', (name, { file, make }) => {
    const document = read(`docs/${file}`);
    expect(document).toBe(withTable(document, name, make()));
  });

  it('explain every error of the start', () => {
    const codes = [...read('libs/core/src/errors/start.error.ts').matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(10);
    const operating = read('docs/operating.md');
    expect(codes.filter((code) => !operating.includes(`\`${code}\``))).toEqual([]);
  });

  it.each(documents)('%s points at files that exist', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)].map(([, path]) => path as string);
    expect(links.filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
  });

  it.each(documents)('%s names only npm scripts that exist', (document) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(document).matchAll(/npm run ([a-z][a-z\d:]*)/g)].map(([, script]) => script as string);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('have code in the plugin guide that compiles', () => {
    const blocks = [...read('docs/plugin-guide.md').matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code as string);
    expect(blocks.length).toBeGreaterThan(0);
    expect(compile(blocks)).toEqual([]);
  }, 60_000);
});

/** What the compiler says of these modules, as if they stood in a plugin's folder. */
function compile(blocks: readonly string[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.check.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} });
  if (config === undefined) throw new Error('tsconfig.check.json cannot be read');
  const files = new Map(blocks.map((code, index) => [join(root, `plugins/cues/src/guide-${index}.ts`), code]));
  const options = { ...config.options, noUnusedLocals: false, noUnusedParameters: false };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((each) => ts.flattenDiagnosticMessageText(each.messageText, '\n'));
  });
}
