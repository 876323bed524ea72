import { Field, InterfaceType } from '@nestjs/graphql';
import { UserError } from '../../graphql/index.js';

/** Something that speaks against sending a reply as it is. What blocks is to be mended first; what warns is shown, and a person decides. */
@InterfaceType({ implements: () => UserError, description: 'Something that speaks against sending a reply as it is.' })
export abstract class Check extends UserError {
  @Field(() => Boolean, { description: 'Whether nobody can approve it before this is mended. Otherwise it is said, and a person decides.' })
  abstract readonly blocks: boolean;
}
