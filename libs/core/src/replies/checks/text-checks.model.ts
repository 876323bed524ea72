import { Field, Int, ObjectType } from '@nestjs/graphql';
import { Check } from './check.js';

@ObjectType({ implements: () => Check, description: 'Something of a saved answer is still to be filled in.' })
export class PlaceholdersLeft extends Check {
  readonly code = 'PLACEHOLDERS_LEFT';
  readonly blocks = true;
  readonly message: string;

  @Field(() => [String], { description: 'Each once, as it stands in the text.' })
  readonly placeholders: readonly string[];

  constructor(placeholders: readonly string[]) {
    super();
    this.placeholders = placeholders;
    this.message = `Fill in ${placeholders.join(', ')}, or take it out.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The text has characters that nobody sees, or that show it in another order than it reads.' })
export class HiddenCharacters extends Check {
  readonly code = 'HIDDEN_CHARACTERS';
  readonly blocks = true;
  readonly message: string;

  @Field(() => [String], { description: 'What each is, and its code point, as in "an invisible character, U+200B".' })
  readonly characters: readonly string[];

  constructor(characters: readonly string[]) {
    super();
    this.characters = characters;
    this.message = `The text has ${characters.join('; ')}: such come along when text is copied. Write that part anew.`;
  }
}

@ObjectType({ implements: () => Check, description: 'The text names so many people that it would look like spam to them and to the network.' })
export class TooManyMentions extends Check {
  readonly code = 'TOO_MANY_MENTIONS';
  readonly blocks = true;
  readonly message: string;

  @Field(() => Int, { description: 'How many people it names.' })
  readonly mentions: number;

  @Field(() => Int, { description: 'How many it may name.' })
  readonly limit: number;

  constructor(mentions: number, limit: number) {
    super();
    this.mentions = mentions;
    this.limit = limit;
    this.message = `The text names ${mentions} people, each of whom would be notified; ${limit} are allowed.`;
  }
}
