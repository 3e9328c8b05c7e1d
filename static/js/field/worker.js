// The app's service worker: opens it without a network. The newsroom puts two lines before these: BUILD names this
// version, SHELL lists its files. It keeps nothing else and answers nothing else; the outbox is the page's, in the
// database, which no version of this touches.

const PREFIX = "newsroom-field-";
const CACHE = PREFIX + BUILD;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (SHELL.includes(pathname)) event.respondWith(kept(event.request, pathname));
});

async function install() {
  const cache = await caches.open(CACHE);
  // All of this build or none: a file the browser kept from an earlier one would not fit the others.
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  // A page that is open has all its modules already: nothing it still needs goes with the old cache.
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(request, pathname) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) ?? fetch(request);
}

