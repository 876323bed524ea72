import { Module } from '@nestjs/common';
import { AttachmentsController } from './attachments.controller.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { Attachments } from './attachments.service.js';
import { AttachmentsSweep } from './sweep.job.js';

/** Images that go with replies. Needs Jobs of a global module. */
@Module({ controllers: [AttachmentsController], providers: [Attachments, AttachmentsRepository, AttachmentsSweep], exports: [AttachmentsRepository] })
export class AttachmentsModule {}
