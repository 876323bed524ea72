/** Why what a post said is gone: `refused`, its author asks not to be kept; `expired`, its time was over; `taken-back`, staff had brought it in by mistake. */
export type GoneWhy = 'deleted' | 'hidden' | 'author-gone' | 'refused' | 'expired' | 'erased' | 'taken-back';
