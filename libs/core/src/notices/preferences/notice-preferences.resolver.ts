import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import { CurrentActor, CurrentRequest, RequestContext, Requires } from '../../graphql/index.js';
import type { Actor } from '../../staff/index.js';
import { NoticePreferencesInput, NoticePreferencesModel } from './notice-preferences.model.js';
import { NoticePreferencesService } from './notice-preferences.service.js';

@Resolver()
export class NoticePreferencesResolver {
  constructor(private readonly preferences: NoticePreferencesService) {}

  @Requires({ scope: 'read', person: true })
  @Query(() => NoticePreferencesModel, { description: 'How you are told of what.' })
  async noticePreferences(@CurrentActor() actor: Actor, @CurrentRequest() request: RequestContext): Promise<NoticePreferencesModel> {
    return NoticePreferencesModel.from(await this.preferences.of(request.reads, actor.id));
  }

  @Requires({ scope: 'read', person: true })
  @Mutation(() => NoticePreferencesModel, { description: 'Sets how you are told of what from now on.' })
  async setNoticePreferences(
    @Args('preferences', { type: () => NoticePreferencesInput, description: 'How.' }) preferences: NoticePreferencesInput,
    @CurrentActor() actor: Actor,
  ): Promise<NoticePreferencesModel> {
    return NoticePreferencesModel.from(await this.preferences.set(actor, NoticePreferencesInput.toPreferences(preferences)));
  }
}
