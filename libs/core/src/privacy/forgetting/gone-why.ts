/** Why what a post said is gone: `refused`, its author asks not to be kept; `expired`, its time was over. */
export type GoneWhy = 'deleted' | 'hidden' | 'author-gone' | 'refused' | 'expired' | 'erased';
