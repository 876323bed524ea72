export interface Target { readonly kind: 'profile' | 'hashtag' | 'feed' | 'list' | 'search' | 'timeline' | 'mentions'; readonly key: string; readonly label: string }

