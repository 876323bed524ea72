/** A notice out and a link back; no command comes in. */
export interface Notifier<X> { notify(notice: { readonly title: string; readonly body: string; readonly link: URL; readonly key: string }, ctx: X): Promise<void> }

