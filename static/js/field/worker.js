// The app's service worker: opens it without a network, and takes in what the phone's gallery shares with it. The
// newsroom puts lines before these: BUILD names this version, SHELL lists its files (the page first), SHARE is where
// the gallery sends to. It keeps nothing else and answers nothing else; the outbox is the page's, in the database,
// which no version of this touches.

const PREFIX = "newsroom-field-";
const CACHE = PREFIX + BUILD;
const SHARED = "newsroom-shared"; // until the app has taken it; shared.js

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request, { pathname, origin } = new URL(url);
  if (origin !== self.location.origin) return;
  if (method === "GET" && SHELL.includes(pathname)) event.respondWith(kept(event.request, pathname));
  if (method === "POST" && pathname === SHARE) event.respondWith(share(event.request));
});

// The newsroom answers the same address for a browser without this worker: `lost`, for it keeps nothing.
async function share(request) {
  try {
    const files = (await request.formData()).getAll("photographs");
    const cache = await caches.open(SHARED);
    for (const [n, file] of files.entries()) {
      const headers = { "Content-Type": file.type, "File-Name": encodeURIComponent(file.name), "File-Changed": String(file.lastModified) };
      await cache.put(`${SHARE}${Date.now()}-${n}`, new Response(file, { headers }));
    }
    return Response.redirect(`${SHELL[0]}?shared=${files.length}`, 303);
  } catch (error) {
    console.error("What was shared could not be kept.", error);
    return Response.redirect(`${SHELL[0]}?shared=lost`, 303);
  }
}

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

