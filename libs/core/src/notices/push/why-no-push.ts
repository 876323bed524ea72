const isThisMachine = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127\./.test(host);

/** Browsers offer web push to addresses that are encrypted, or of their own machine, and to no other. Undefined: they do. */
export const whyNoPush = (publicUrl: string | undefined): string | undefined => {
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  if (url !== undefined && (url.protocol === 'https:' || isThisMachine(url.hostname))) return undefined;
  return `Browsers can be told of nothing here: they want an address that begins with https://${url === undefined ? '' : `, and this one is ${url.origin}`}. Whoever runs this installation sets EARSHOT_PUBLIC_URL.`;
};
