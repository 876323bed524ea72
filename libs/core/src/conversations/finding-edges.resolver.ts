import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CurrentRequest, RequestContext } from '../graphql/index.js';
import { LibraryLoader, LibraryModel } from '../libraries/index.js';
import { Classifiers } from '../understanding/index.js';
import { FindingModel } from './post.model.js';

@Resolver(() => FindingModel)
export class FindingEdgesResolver {
  constructor(private readonly classifiers: Classifiers, private readonly libraries: LibraryLoader) {}

  @ResolveField(() => String, { description: "The label in its classifier's own words, as \"unspoken need\"; its id where that classifier is not part of this installation any more." })
  title(@Parent() { label, classifier }: FindingModel): string {
    const made = this.classifiers.list().find(({ id }) => id === classifier);
    return made?.classifier.labels.find(({ id }) => id === label)?.title ?? label;
  }

  @ResolveField(() => LibraryModel, { nullable: true, description: 'The library whose service area it is about: it holds for that one only.' })
  place(@Parent() { placeId }: FindingModel, @CurrentRequest() request: RequestContext): Promise<LibraryModel | null> {
    return this.libraries.library(request, placeId);
  }
}
