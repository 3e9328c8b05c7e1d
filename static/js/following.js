// Key events told to this browser by its push service. Loaded once the reader asks for them, or has them already.

const KEPT = "newsroom-following"; // by each followed event's address: the browser's own at its push service, and when it
// was last given to the newsroom. push_worker.js takes away what she leaves there.
const WORKER = "/push-worker.js";
const DAY = 86400000; // milliseconds after which the newsroom is told again: it may have lost sight of this browser

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
  if (answer.ok) return;
  const problem = await answer.json().catch(() => ({ detail: answer.statusText })); // a busy server says it in plain text
  throw Object.assign(new Error(problem.detail), { status: answer.status });
}

async function tell(address, subscription) {
  await post(address, subscription.toJSON());
  await (await kept()).put(address, new Response(subscription.endpoint, { headers: { at: Date.now() } }));
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
  await tell(address, await subscribe(registration.pushManager, key));
}

async function leave(address) {
  const subscription = await current();
  if (subscription) await post(`${address}leave/`, { endpoint: subscription.endpoint });
  await (await kept()).delete(address);
}

export async function isFollowed(address) {
  const before = await (await kept()).match(address);
  const subscription = before && (await current());
  if (!subscription) return false;
  const isSame = (await before.text()) === subscription.endpoint;
  if (isSame && Date.now() - before.headers.get("at") < DAY) return true;
  try {
    await tell(address, subscription);
    return true;
  } catch (error) {
    if (error.status === 409) await (await kept()).delete(address); // it is over
    return error.status !== 409;
  }
}

// Follows (`wanted`), or leaves. Answers "followed", "left", "blocked" or "asked" (she gave the browser no answer), or
// throws an error with a sentence.
export async function turn(address, wanted) {
  if (!wanted) {
    await leave(address);
    return "left";
  }
  const answer = await Notification.requestPermission();
  if (answer !== "granted") return answer === "denied" ? "blocked" : "asked";
  await follow(address);
  return "followed";
}
