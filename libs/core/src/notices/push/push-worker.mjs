/**
 * Runs in browsers as their service worker, for whoever subscribed: shows what was pushed, and opens the page that it leads to. A browser wants to see
 * something shown for each push, and ends the subscription where nothing is.
 */
const { clients, location, registration } = globalThis;

const show = ({ title = 'Earshot', body = '', path = '/', tag = 'earshot' }) => registration.showNotification(title, { body, tag, renotify: true, data: { path } });

/** In a window of ours that is there, else in a new one; and nowhere but here, whatever the path says. */
const open = async (path) => {
  const url = new URL(path, location.origin);
  if (url.origin !== location.origin) return;
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const there = windows.find((window) => window.url === url.href);
  await (there === undefined ? clients.openWindow(url.href) : there.focus());
};

globalThis.addEventListener('push', (event) => event.waitUntil(show(event.data?.json() ?? {})));
globalThis.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.path));
});
// The next version takes over at once: it has no pages of its own to wait for.
globalThis.addEventListener('install', () => globalThis.skipWaiting());
