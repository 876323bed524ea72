import { Controller, Get, Param, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { isId } from '../database/index.js';
import { PlatformError } from '../errors/index.js';
import { HttpErrorFilter } from '../graphql/index.js';
import { type Actor, ActorResolver, SameOrigin } from '../staff/index.js';
import { attachmentPath } from './attachment-path.js';
import { Attachments } from './attachments.service.js';

/** Nothing that a file holds runs, is kept by anything between, or is shown within another site. */
const pictureHeaders = {
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** Not closed where its reader has had enough: whoever sends too much is told so. */
const bodyOf = (request: Request): AsyncIterable<Uint8Array> => request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;

/** Images in and out. Bytes are no business of GraphQL. */
@Controller(attachmentPath.slice(1))
@UseFilters(HttpErrorFilter)
export class AttachmentsController {
  constructor(
    private readonly attachments: Attachments,
    private readonly actors: ActorResolver,
    private readonly sameOrigin: SameOrigin,
  ) {}

  /** The body is the image itself. */
  @Post()
  async upload(@Req() request: Request, @Res() response: Response, @Query('libraryId') libraryId?: unknown): Promise<void> {
    const actor = await this.actor(request, true);
    if (!request.is('image/*')) throw new PlatformError('BAD_INPUT', 'Send the image itself as the body, with its type: "Content-Type: image/jpeg", say.');
    if (typeof libraryId !== 'string' || !isId(libraryId)) throw new PlatformError('BAD_INPUT', 'Name the library to which the image belongs: /attachments?libraryId=…', 'libraryId');
    const { id, mediaType, width, height, size } = await this.attachments.upload(actor, libraryId, bodyOf(request));
    response.status(201).set('cache-control', 'no-store').json({ id, mediaType, width, height, bytes: size });
  }

  /** Changes nothing, so that a page of ours can show it by its address. */
  @Get(':id')
  async show(@Req() request: Request, @Res() response: Response, @Param('id') id: string): Promise<void> {
    const { bytes, mediaType } = await this.attachments.picture(await this.actor(request, false), id);
    response.set({ ...pictureHeaders, 'content-type': mediaType, 'content-disposition': `inline; filename="${id}.${mediaType === 'image/png' ? 'png' : 'jpg'}"` }).send(bytes);
  }

  private async actor(request: Request, changes: boolean): Promise<Actor> {
    const authority = await this.actors.resolve(request.headers);
    if (authority === undefined) throw new PlatformError('UNAUTHENTICATED', 'Sign in first, or send a token: "Authorization: Bearer …".');
    if (changes && authority.by.kind === 'session') this.sameOrigin.requireOwnScript(request.headers);
    return authority.actor;
  }
}
