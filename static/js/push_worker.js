// The service worker of readers' pages: shows what it is told of an event the reader follows. It keeps no page and
// answers no request.

const KEPT = "newsroom-following"; // as in following.js

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  const { leave, url } = event.notification.data;
  event.notification.close();
  event.waitUntil(event.action === "leave" ? stop(leave) : self.clients.openWindow(url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move(event)));

function show({ title, body, tag, lang, url, leave }) {
  const actions = [{ action: "leave", title: leave.title }];
  return self.registration.showNotification(title, { body, tag, lang, actions, data: { url, leave: leave.url } });
}

async function stop(address) {
  const { endpoint } = await self.registration.pushManager.getSubscription();
  await post(address, { endpoint });
  await (await caches.open(KEPT)).delete(new URL("..", address));
}

async function move({ oldSubscription: old, newSubscription }) {
  if (!old) return; // a browser that does not say: the reader's page asks for it anew
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(old.options));
  await post("/push/moved/", { old: old.endpoint, ...subscription.toJSON() });
}

function post(address, body) {
  return fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}
