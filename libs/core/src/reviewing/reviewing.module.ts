import { Module } from '@nestjs/common';
import { FollowsModule } from '../follows/index.js';
import { FollowSuggestionsRepository } from './follow-suggestions.repository.js';
import { FollowSuggestionsResolver } from './follow-suggestions.resolver.js';
import { FollowSuggestionsService } from './follow-suggestions.service.js';
import { BroughtEdgeResolver, ReviewResolver } from './review.resolver.js';
import { ReviewRepository } from './review.repository.js';

/** Looking back at what a library follows: what came of it, and whom else it could follow. */
@Module({ imports: [FollowsModule], providers: [ReviewRepository, ReviewResolver, BroughtEdgeResolver, FollowSuggestionsRepository, FollowSuggestionsService, FollowSuggestionsResolver] })
export class ReviewingModule {}
