// Key events told to this browser by its push service. Loaded once the reader asks for them, or has them already.

const KEPT = "newsroom-following"; // the events followed, each under its address; push_worker.js reads and writes it, too
const WORKER = "/push-worker.js";

const kept = () => caches.open(KEPT);

async function current() {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration?.pushManager.getSubscription();
}

async function post(address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.json()).detail);
}

// One made for an older key of ours is of no use to us any more.
async function subscribe(manager, key) {
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await manager.subscribe(options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await manager.getSubscription()).unsubscribe();
    return manager.subscribe(options);
  }
}

async function follow(address) {
  const registration = await navigator.serviceWorker.register(WORKER);
  await navigator.serviceWorker.ready;
  const { key } = await (await fetch(address)).json();
  const subscription = await subscribe(registration.pushManager, key);
  await post(address, subscription.toJSON());
  await (await kept()).put(address, new Response(subscription.endpoint));
}

async function leave(address) {
  const { endpoint } = await current();
  await post(`${address}leave/`, { endpoint });
  await (await kept()).delete(address);
}

export async function isFollowed(address) {
  const before = await (await kept()).match(address);
  return Boolean(before && (await current()));
}

// Follows, or leaves. Answers "followed", "left", "blocked" by the browser, or throws an error with a sentence.
export async function turn(address) {
  if (await isFollowed(address)) {
    await leave(address);
    return "left";
  }
  if ((await Notification.requestPermission()) !== "granted") return "blocked";
  await follow(address);
  return "followed";
}
