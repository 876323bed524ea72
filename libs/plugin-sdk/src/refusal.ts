/** What an author asks of listeners: core knows the purpose, the sign is the network's own words ("#nobot in bio"), shown to staff. */
export type Purpose = 'keep' | 'search' | 'classify' | 'draft-by-machine' | 'show-publicly' | 'answer';
export interface Refusal { readonly purpose: Purpose; readonly sign: string }

