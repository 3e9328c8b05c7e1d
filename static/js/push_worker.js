// The service worker of readers' pages: shows what it is told of an event the reader follows. It keeps no page and
// answers no request.

const KEPT = "newsroom-following"; // as in following.js

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));
self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  event.waitUntil(action === "leave" ? stop(notification) : self.clients.openWindow(notification.data.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move(event)));

function show({ title, body, tag, lang, url, leave }) {
  const actions = [{ action: "leave", title: leave.title }];
  return self.registration.showNotification(title, { body, tag, lang, actions, data: { url, leave: leave.url } });
}

// What did not get through is shown again: it can be pressed again.
async function stop({ title, body, tag, lang, actions, data }) {
  const subscription = await self.registration.pushManager.getSubscription();
  const { endpoint } = subscription ?? {};
  const answer = endpoint && (await post(data.leave, { endpoint }).catch(() => null));
  if (endpoint && !answer?.ok) return self.registration.showNotification(title, { body, tag, lang, actions, data });
  return (await caches.open(KEPT)).delete(new URL("..", data.leave));
}

async function move({ oldSubscription: old, newSubscription }) {
  if (!old) return; // a browser that does not say: her next visit to the page tells the newsroom
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(old.options));
  await post("/push/moved/", { old: old.endpoint, ...subscription.toJSON() });
}

function post(address, body) {
  return fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}
