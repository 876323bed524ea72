import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Param, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PlatformError } from '../../errors/index.js';
import { ActorResolver } from '../../staff/index.js';
import { HttpErrorFilter } from '../errors/http-error.filter.js';

const require = createRequire(import.meta.url);
const directories = {
  graphiql: dirname(require.resolve('graphiql/package.json')),
  react: dirname(require.resolve('react/package.json')),
  reactDom: dirname(require.resolve('react-dom/package.json')),
};

/** All that the page loads: files of this installation, as their packages ship them. */
const files: Readonly<Record<string, string>> = {
  'graphiql.css': join(directories.graphiql, 'graphiql.min.css'),
  'graphiql.js': join(directories.graphiql, 'graphiql.min.js'),
  'react.js': join(directories.react, 'umd/react.production.min.js'),
  'react-dom.js': join(directories.reactDom, 'umd/react-dom.production.min.js'),
  'start.js': fileURLToPath(new URL('./start-page.mjs', import.meta.url)),
};

// The editor measures with style attributes, which only 'unsafe-inline' lets pass; scripts are files of ours alone.
const policy = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
const headers = { 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>GraphiQL – Earshot</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/graphiql.css">
<style>html, body, #graphiql { height: 100%; margin: 0 }</style>
<script defer src="/graphiql/react.js"></script><script defer src="/graphiql/react-dom.js"></script><script defer src="/graphiql/graphiql.js"></script>
<script type="module" src="/graphiql/start.js"></script>
</head><body><main id="graphiql"><noscript>GraphiQL needs JavaScript.</noscript></main></body></html>
`;

/** GraphiQL for signed-in staff, from this installation alone. */
@Controller('graphiql')
@UseFilters(HttpErrorFilter)
export class GraphiqlController {
  constructor(private readonly actors: ActorResolver) {}

  @Get()
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    if (!(await this.isSignedIn(request))) return response.redirect(303, '/sign-in');
    response.set(headers).type('html').send(page);
  }

  @Get(':file')
  async serve(@Req() request: Request, @Res() response: Response, @Param('file') name: string): Promise<void> {
    const path = Object.hasOwn(files, name) ? files[name] : undefined;
    if (path === undefined) throw new PlatformError('NOT_FOUND', 'There is no such file.');
    if (!(await this.isSignedIn(request))) throw new PlatformError('UNAUTHENTICATED', 'Sign in first.');
    response.set({ ...headers, 'cache-control': 'private, max-age=3600' }).type(name.endsWith('.css') ? 'css' : 'text/javascript');
    await new Promise<void>((resolve, reject) => response.sendFile(path, { dotfiles: 'allow', cacheControl: false }, (error?: Error) => (error ? reject(error) : resolve())));
  }

  private async isSignedIn({ headers: { cookie } }: Request): Promise<boolean> {
    return (await this.actors.resolve({ cookie }))?.sessionId !== undefined;
  }
}
