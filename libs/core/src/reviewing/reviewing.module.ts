import { Module } from '@nestjs/common';
import { FollowsModule } from '../follows/index.js';
import { BroughtEdgeResolver, ReviewResolver } from './review.resolver.js';
import { ReviewRepository } from './review.repository.js';

/** Looking back at what a library follows: what came of it. */
@Module({ imports: [FollowsModule], providers: [ReviewRepository, ReviewResolver, BroughtEdgeResolver] })
export class ReviewingModule {}
