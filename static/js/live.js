// Follows an event: applies what the record says by post, and never moves what is being read. live.json is the truth, the
// stream makes it quick. Entries are applied in order and may come twice. The page is whole without this module.

const HIDDEN = 10; // a hidden tab asks this many times less often
const RESTING = 60; // seconds hidden until a tab gives up the stream
const SLOWEST = 60; // seconds
const CHECK = 30; // seconds, up to twice as many: how often live.json is asked while there is a stream
const LAGGING = 5; // seconds that a shared cache or another server may know less than this page
const CHUNK = 200; // entries: updates.json is asked for at its multiples, so that shared caches hold few addresses
const DOOR = 8; // pixels: so far above the window the list's top still counts as seen

const held = new Map(); // by id: articles that would move what is being read, until asked for
let page, epoch, seq, title, pace, timer, due, behind, resting;
let failures = 0, asking = false, news = [];

let member, channel, source; // of the tabs that share a stream (an AbortController), to them, the stream
let leading = false; // the stream is this tab's
let flowing = false; // the stream is open, here or in another tab
let heard = 0; // the highest number it spoke of
let losses = 0, reopen = 0; // of the stream, in a row; no new one before

const $ = (id) => document.getElementById(id);
const at = (name) => `/events/${page.dataset.event}/${name}`;
const calm = () => flowing && heard === seq && !behind && !failures;
const make = (name, values) => Object.assign(document.createElement(name), values);
const many = (number) => (number === 1 ? $("new-posts").dataset.one : $("new-posts").dataset.many.replace("#", number));
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
const positionOf = (article) => Number(article.dataset.position);
const articles = (list) => [...list.querySelectorAll(":scope > [data-position]")]; // or items of the key events
const doorway = new IntersectionObserver(([seen]) => seen.isIntersecting && reveal());

function begin(fresh) {
  page = fresh;
  epoch = page.dataset.epoch;
  seq = heard = Number(page.dataset.seq);
  behind = null;
  title = page.querySelector("h1").textContent;
  pace ??= 2;
  doorway.disconnect();
  doorway.observe($("h-updates"));
  if (CSS.supports("selector(::details-content)") || !matchMedia("(min-width: 62rem)").matches) return;
  for (const details of page.querySelectorAll(".fold details")) details.open = true;
}

// Asking

async function ask() {
  clearTimeout(timer);
  if (asking || pace === null) return;
  asking = true;
  if (flowing && heard < seq) lose(); // the last question brought what it still has not: half open
  try {
    const head = await get(at("live.json"));
    await take(head);
    pace = head.next_poll_s;
    failures = 0;
    if (calm()) losses = 0;
    head.push && pace !== null ? join() : leave();
  } catch {
    failures += 1;
    lose();
  }
  asking = false;
  tell();
  if (pace !== null) later(wait());
}

function wait() {
  if (calm()) return CHECK * (1 + Math.random());
  const slower = (document.hidden ? HIDDEN : 1) * 2 ** Math.min(failures, 5);
  return Math.min(SLOWEST, pace * slower) * (0.85 + Math.random() * 0.3);
}

function later(seconds) {
  clearTimeout(timer);
  due = performance.now() + seconds * 1000;
  timer = setTimeout(ask, seconds * 1000);
}

// All may have lost the stream at once: each asks at another moment.
function soon() {
  const seconds = Math.random() * pace;
  if (performance.now() + seconds * 1000 < due) later(seconds);
}

async function get(address, form = "json", cache = "no-cache") {
  const answer = await fetch(address, { cache, credentials: "omit", signal: AbortSignal.timeout(10000) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer[form]();
}

async function take(head) {
  behind = head.seq < (behind?.seq ?? seq) ? (behind ?? { seq, at: performance.now() }) : null;
  if (head.epoch !== epoch || (behind && performance.now() - behind.at > LAGGING * 1000)) return startAgain();
  while (head.entries.length && head.entries[0].seq > seq + 1) {
    const known = seq;
    const missed = await get(at(`updates.json?epoch=${epoch}&after=${seq - (seq % CHUNK)}`));
    if (missed.epoch !== epoch) return startAgain();
    missed.entries.forEach(apply);
    if (seq === known) return; // a shared cache is behind: a later question finds more
  }
  head.entries.forEach(apply);
}

// Another epoch, or a number that went back: the record was restored or erased, and numbers mean nothing now.
async function startAgain() {
  const text = await get(location.href, "text", "reload");
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-event]");
  if (!fresh) throw new Error("the page is gone");
  lose();
  held.clear();
  page.replaceWith(fresh);
  begin(fresh);
  count();
}

// The stream: one in a browser. Who holds the lock has it, and tells the event's other tabs what it brings.

function join() {
  if (document.hidden) return;
  if (leading || !navigator.locks || !window.BroadcastChannel) return lead();
  if (member) return;
  const { signal } = (member = new AbortController());
  channel = new BroadcastChannel(at("stream"));
  channel.onmessage = ({ data }) => (data ? leading || hear(data.id, data.entry, data.on) : share());
  channel.postMessage(null); // how do things stand?
  const tillLeft = new Promise((done) => (signal.onabort = done));
  navigator.locks.request(at("stream"), { signal }, () => signal.aborted || (lead(), tillLeft)).catch(() => {});
}

function leave() {
  source?.close();
  flowing = false;
  share();
  leading = false;
  channel?.close();
  member?.abort();
  source = channel = member = null;
}

function lead() {
  leading = true;
  if (source || performance.now() < reopen) return;
  source = new EventSource(at(`stream?after=${epoch}-${seq}`));
  source.onopen = () => flow(true);
  source.onmessage = ({ lastEventId, data }) => hear(lastEventId, JSON.parse(data));
  source.onerror = lose; // the browser itself would try again at once, with a herd
  source.addEventListener("resync", lose);
}

function lose() {
  if (!source) return;
  source.close();
  source = null;
  reopen = performance.now() + Math.min(SLOWEST, (1 + Math.random() * 4) * 2 ** losses++) * 1000;
  flow(false);
}

function flow(on) {
  if (on === flowing) return;
  flowing = on;
  heard = Math.max(heard, seq);
  share();
  on ? later(wait()) : soon();
}

function share(id = `${epoch}-${seq}`, entry) {
  if (leading) channel?.postMessage({ on: flowing, id, entry });
}

// `id` is epoch-number: of the entry, or without one of the last that the leading tab knows.
function hear(id, entry, on) {
  leading ? share(id, entry) : flow(on);
  const [era, number] = id.split("-");
  if (era !== epoch) {
    lose();
    return soon();
  }
  heard = Math.max(heard, number);
  if (entry) losses = failures = 0;
  if (entry?.seq === seq + 1) apply(entry);
  else if (number > seq) soon();
  tell();
}

// Applying

function apply(entry) {
  if (entry.seq <= seq) return;
  seq = entry.seq;
  if (entry.op === "header") header(entry);
  else if (entry.op === "withdraw") withdraw(entry);
  else if (entry.html) show(entry, parsed(entry.html)); // without words: taken back since, and a later entry says so
}

function show(entry, article) {
  const shown = $(article.id);
  const pinned = $("pinned");
  if (entry.op === "pin" && pinned) {
    shown?.remove();
    held.delete(article.id);
    put(article, pinned);
  } else if (entry.op === "unpin" && shown && pinned?.contains(shown)) {
    shown.remove();
    arrive(article);
  } else if (shown) {
    article.classList.toggle("is-news", entry.op === "correct");
    if (entry.op === "correct") news.push(`${$("status").dataset.corrected} ${entry.note}`);
    swap(shown, article);
  } else if (held.has(article.id)) {
    held.set(article.id, article);
  } else if (arrive(article) && (entry.op === "publish" || entry.op === "reinstate")) {
    news.push("");
  }
  if (pinned) pinned.hidden = !pinned.children.length;
  days();
  listKey(article.id, article);
}

function withdraw(entry) {
  const id = `post-${entry.post}`;
  const shown = $(id);
  held.delete(id);
  count();
  listKey(id, null);
  if (!shown) return;
  const note = make("article", { id, className: "post is-withdrawn", tabIndex: -1 });
  note.dataset.position = entry.position;
  note.append(make("p", { textContent: `${$("status").dataset.withdrawn} ${entry.reason}` }));
  news.push(note.textContent);
  const pinned = $("pinned");
  if (!pinned?.contains(shown)) return swap(shown, note);
  shown.remove();
  pinned.hidden = !pinned.children.length;
  arrive(note);
  if (held.delete(id)) count(); // above what is read it is told, but it is no new post
}

function header(entry) {
  const shown = $(entry.part === "head" ? "event-head" : "programme");
  const fresh = parsed(entry.html ?? "");
  if (!shown || !fresh) return;
  const details = fresh.querySelector("details");
  if (details) details.open = shown.querySelector("details")?.open ?? false;
  swap(shown, fresh);
  if (entry.part !== "head") return;
  title = fresh.querySelector("h1").textContent;
  count();
}

// Places

// Puts an article into the list, or holds it back if that would move what is being read. False: another page's.
function arrive(article) {
  const list = $("posts");
  const known = [...articles(list), ...held.values()].map(positionOf);
  const position = positionOf(article);
  if ("newer" in list.dataset && position > Math.max(...known)) return false;
  if ("older" in list.dataset && position < Math.min(...known)) return false;
  const next = nextOf(article, list);
  const moves = next && next.getBoundingClientRect().top < innerHeight;
  if (moves && (document.hidden || list.getBoundingClientRect().top < -DOOR)) held.set(article.id, article);
  else putNew(article);
  count();
  return true;
}

function putNew(article) {
  article.classList.add("is-news");
  put(article, $("posts"));
}

function put(article, list) {
  $("nothing-yet")?.remove();
  list.insertBefore(article, nextOf(article, list));
  days();
}

function nextOf(article, list) {
  const turn = list.dataset.order === "oldest" ? -1 : 1; // what is pinned and the key events: newest first
  return articles(list).find((other) => turn * positionOf(other) < turn * positionOf(article)) ?? null;
}

// Each day of the event's zone has one heading, above the first of its posts.
function days() {
  const list = $("posts");
  for (const heading of list.querySelectorAll(".date")) if (!heading.nextElementSibling?.matches("article")) heading.remove();
  let day = "";
  for (const article of articles(list)) {
    const above = article.previousElementSibling;
    const heading = above?.matches(".date") ? above : make("h3", { className: "date" });
    if (dayOf(article) === day) heading.remove();
    else if (heading !== above) article.before(heading);
    heading.textContent = day = dayOf(article);
  }
}

function dayOf(article) {
  const form = { weekday: "long", day: "numeric", month: "long", timeZone: $("posts").dataset.zone };
  return new Date(positionOf(article) / 1000).toLocaleDateString(document.documentElement.lang, form);
}

// Replaces an element in place; what is below the window's top stays where it is, and the focus stays inside.
function swap(shown, fresh) {
  const focused = shown.contains(document.activeElement);
  const above = shown.getBoundingClientRect().bottom < 0 && !CSS.supports("overflow-anchor", "auto");
  const height = document.documentElement.scrollHeight;
  shown.replaceWith(fresh);
  if (above) scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
  if (focused) {
    if (!fresh.hasAttribute("tabindex")) fresh.tabIndex = -1;
    fresh.focus({ preventScroll: true });
  }
}

function listKey(id, article) {
  const box = $("key-events");
  const list = box.querySelector("ol");
  const post = id.slice(5);
  list.querySelector(`[data-post="${post}"]`)?.remove();
  if (article?.dataset.key) {
    const item = make("li");
    Object.assign(item.dataset, { post, position: article.dataset.position });
    const time = article.querySelector(".rail time")?.firstChild.textContent.trim();
    if (time) item.append(make("time", { textContent: time }));
    const href = $(id) || held.has(id) ? `#${id}` : `?at=${post}#${id}`;
    item.append(make("a", { textContent: article.dataset.key, href }));
    list.insertBefore(item, nextOf(item, list));
  }
  box.hidden = !list.children.length;
}

// Telling

function count() {
  const button = $("new-posts");
  button.hidden = !held.size;
  button.textContent = many(held.size);
  document.title = held.size ? `(${held.size}) ${title}` : title;
}

function tell() {
  $("connection").hidden = failures < 3;
  if (!news.length) return;
  const posts = news.filter((text) => !text).length;
  $("status").textContent = [posts ? many(posts) : "", ...news].filter(Boolean).join(" ");
  news = [];
}

function reveal() {
  if (document.hidden || !held.size) return null;
  const waiting = [...held.values()];
  held.clear();
  count();
  waiting.forEach(putNew);
  return waiting.reduce((a, b) => (positionOf(b) > positionOf(a) ? b : a));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#post-"]');
  if (link && held.has(link.hash.slice(1))) reveal();
  if (!event.target.closest("#new-posts")) return;
  const newest = reveal();
  if (!newest) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  newest.focus({ preventScroll: true });
  newest.scrollIntoView({ block: "center", behavior });
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) return (resting = setTimeout(leave, RESTING * 1000));
  if ($("posts").getBoundingClientRect().top >= -DOOR) reveal();
  ask();
});
addEventListener("online", ask);
addEventListener("pagehide", leave); // a page kept for going back must hold neither lock nor stream
addEventListener("pageshow", (event) => event.persisted && ask());

begin(document.querySelector("[data-event]"));
later(Math.random() * 1.5);
