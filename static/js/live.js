// Follows an event: applies what the record says by post, and never moves what is being read. live.json is the truth, the
// stream makes it quick. Entries are applied in order and may come twice. The page is whole without this module.

const HIDDEN = 10; // a hidden tab asks this many times less often
const RESTING = 60; // seconds hidden until a tab gives up the stream
const SLOWEST = 60; // seconds
const CHECK = 30; // seconds, up to twice as many: how often live.json is asked while there is a stream
const BEAT = 15; // seconds: so often the tab that has the stream tells the others that it is there
const DEAF = 40; // seconds without a word of it, and they ask for themselves
const PATIENCE = 300; // seconds, the most that a server may ask for in Retry-After
const LAGGING = 5; // seconds that a shared cache or another server may know less than this page
const CHUNK = 200; // entries: updates.json is asked for at its multiples, so that shared caches hold few addresses
const HUSH = 8; // seconds between two announcements: what comes meanwhile is told together
const DOOR = 8; // pixels: so far above the window the list's top still counts as seen

const held = new Map(); // by id: articles that would move what is being read, until asked for
const mended = new Set(); // ids of articles corrected out of sight, until they are seen
let page, epoch, seq, title, pace, timer, due, behind, resting;
let lowest, highest; // positions this page began with: what lies beyond belongs to the next page, if there is one
let dayForm, dayName; // of the event's zone; making one takes longer than all else that an entry costs
let failures = 0, asking = false;
let news = [], told = -Infinity, telling; // what screen readers are to be told, when they last were, a timer

let member, channel, source; // of the tabs that share a stream (an AbortController), to them, the stream
let leading = false; // the stream is this tab's
let flowing = false; // the stream is open, here or in another tab
let heard = 0; // the highest number it spoke of
let spoken = 0; // when the leading tab last did
let reading = null; // whether the list's top is out of sight; null: not asked yet
let losses = 0, reopen = 0; // of the stream, in a row; no new one before

const $ = (id) => document.getElementById(id);
const at = (name) => `/events/${page.dataset.event}/${name}`;
const calm = () => flowing && heard === seq && !behind && !failures;
const make = (name, values) => Object.assign(document.createElement(name), values);
const many = (number, one, several) => $("new-posts").dataset[number === 1 ? one : several].replace("#", number);
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
const positionOf = (article) => Number(article.dataset.position);
const anchored = CSS.supports("overflow-anchor", "auto"); // else what is read is held in its place here
const articles = (list) => [...list.querySelectorAll("[data-position]")]; // or items of the key events
const wide = matchMedia("(min-width: 62rem)"); // as in site.css
const turn = () => ($("posts").dataset.order === "oldest" ? -1 : 1);
const sight = new IntersectionObserver((seen) => seen.filter((one) => one.isIntersecting).forEach((one) => see(one.target)));
const doorway = new IntersectionObserver(([seen]) => seen.isIntersecting && reveal());

function begin(fresh) {
  page = fresh;
  epoch = page.dataset.epoch;
  seq = heard = Number(page.dataset.seq);
  behind = null;
  title = page.querySelector("h1").textContent;
  pace ??= 2;
  const positions = articles($("posts")).map(positionOf);
  [lowest, highest] = [Math.min(...positions), Math.max(...positions)];
  const { zone } = $("posts").dataset;
  dayForm = formOfDays(zone) ?? formOfDays("UTC");
  dayName = new Intl.DateTimeFormat("sv", { timeZone: dayForm.resolvedOptions().timeZone }); // 2024-03-20
  doorway.disconnect();
  doorway.observe($("h-updates"));
  tidy();
  unfold();
}

// Where there is room beside the posts, what is folded elsewhere is open and no stop of the Tab key.
function unfold() {
  for (const summary of page.querySelectorAll(".fold summary")) {
    if (wide.matches) summary.parentElement.open = true;
    summary.tabIndex = wide.matches ? -1 : 0;
  }
}

// Asking

async function ask(whatever) {
  if (asking || (pace === null && !whatever)) return;
  clearTimeout(timer);
  asking = true;
  let patience = 0;
  if (flowing && heard < seq) mute(); // the last question brought what it still has not: half open
  try {
    const head = await get(at("live.json"));
    await take(head);
    pace = head.next_poll_s;
    failures = 0;
    if (calm()) losses = 0;
    head.push && pace !== null ? join() : leave();
  } catch (error) {
    if (await isGone(error)) return location.reload(); // the server says why
    failures += 1;
    patience = error.patience ?? 0;
    if (!error.status || failures > 1) lose(); // a busy server may well keep a stream
  }
  asking = false;
  tell();
  if (pace !== null) later(Math.max(wait(), patience));
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
  if (answer.ok) return answer[form]();
  const patience = Math.min(Number(answer.headers.get("Retry-After")) || 0, PATIENCE);
  throw Object.assign(new Error(`${address}: ${answer.status}`), { status: answer.status, patience });
}

async function take(head) {
  behind = head.seq < (behind?.seq ?? seq) ? (behind ?? { seq, at: performance.now() }) : null;
  if (head.epoch !== epoch || (behind && performance.now() - behind.at > LAGGING * 1000)) return startAgain();
  while (head.entries.length && head.entries[0].seq > seq + 1) {
    const known = seq;
    const missed = await get(at(`updates.json?epoch=${epoch}&after=${seq - (seq % CHUNK)}`));
    if (missed.epoch !== epoch) return startAgain();
    applyAll(missed.entries);
    if (seq === known) return; // a shared cache is behind: a later question finds more
  }
  applyAll(head.entries);
}

// Whether the event is no longer public: what this page shows of it is nobody's to read any more.
async function isGone({ status }) {
  if (status !== 404 && status !== 410) return false;
  const answer = await fetch(location.href, { cache: "reload", credentials: "omit" }).catch(() => null);
  return answer?.status === 404 || answer?.status === 410;
}

// Another epoch, or a number that went back: the record was restored or erased, and numbers mean nothing now.
async function startAgain() {
  const address = new URL(location.href); // an event that ended meanwhile has another usual order: this page keeps its own
  address.searchParams.set("order", $("posts").dataset.order);
  const text = await get(address.href, "text", "reload");
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-event]");
  if (!fresh) throw new Error("the page is gone");
  lose();
  held.clear();
  steadily(() => {
    page.replaceWith(fresh);
    begin(fresh);
  }, true);
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
  if (source) return;
  flow(false); // of the tab that led before
  if (performance.now() < reopen) return;
  source = new EventSource(at(`stream?after=${epoch}-${seq}`));
  source.onopen = () => flow(true);
  source.onmessage = ({ lastEventId, data }) => hear(lastEventId, JSON.parse(data));
  source.onerror = lose; // the browser itself would try again at once, with a herd
  source.addEventListener("resync", lose);
  source.addEventListener("again", moveOn);
}

// The server ends its streams one by one, and another takes this one: no herd, so no wait.
function moveOn() {
  source.close();
  source = null;
  setTimeout(() => leading && lead(), Math.random() * 1000);
}

function lose() {
  if (!source) return;
  source.close();
  source = null;
  reopen = performance.now() + Math.min(SLOWEST, (1 + Math.random() * 4) * 2 ** losses++) * 1000;
  flow(false);
  if (document.hidden) leave(); // for a tab that is read
}

function mute() {
  leading ? lose() : flow(false);
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
  spoken = performance.now();
  leading ? share(id, entry) : flow(on);
  const [era, number] = id.split("-");
  if (era !== epoch) {
    lose();
    return soon();
  }
  heard = Math.max(heard, number);
  if (entry) losses = failures = 0;
  if (entry?.seq === seq + 1) applyAll([entry]);
  else if (number > seq) soon();
  tell();
}

function beat() {
  share();
  if (flowing && !leading && performance.now() - spoken > DEAF * 1000) flow(false); // its tab is frozen, or died
}

// Applying

function applyAll(entries) {
  const fresh = entries.filter((entry) => entry.seq > seq);
  if (!fresh.length) return;
  steadily(() => {
    for (const entry of fresh) {
      if (entry.seq <= seq) continue;
      seq = entry.seq;
      try {
        apply(entry);
      } catch (error) {
        console.error(`Entry ${seq} could not be shown.`, error); // one must not hold up the others
      }
    }
    tidy();
    count();
  });
}

// Changes the page so that what is read stays in its place, and the focus where it was. `whole`: all of it is new, and no
// browser holds a place in that.
function steadily(change, whole = false) {
  reading = null;
  const focused = document.activeElement?.closest("#main article, #main section, #main header")?.id;
  const read = (anchored && !whole) || scrollY === 0 ? null : articles($("posts")).find((post) => post.getBoundingClientRect().bottom > 0);
  const top = read?.getBoundingClientRect().top;
  change();
  const now = read && $(read.id);
  if (now) scrollBy({ top: now.getBoundingClientRect().top - top, behavior: "instant" });
  const target = focused && document.activeElement === document.body && $(focused);
  if (target) focusOn(target);
}

function focusOn(target) {
  if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function apply(entry) {
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
    pinned.insertBefore(article, nextOf(article, pinned));
  } else if (entry.op === "unpin" && shown && pinned?.contains(shown)) {
    shown.remove();
    arrive(article, { known: true });
  } else if (shown) {
    article.classList.toggle("is-news", entry.op === "correct");
    shown.replaceWith(article);
    if (entry.op === "correct") pointOut(article, entry.note);
  } else if (held.has(article.id)) {
    held.set(article.id, article);
  } else if (arrive(article) && (entry.op === "publish" || entry.op === "reinstate")) {
    news.push({ isKey: "key" in article.dataset });
  }
  if (pinned) pinned.hidden = !pinned.children.length;
  listKey(article.id, article);
}

// A reader who has a post already is told what was wrong with it, and where it is if she cannot see it.
function pointOut(article, note) {
  news.push({ text: `${$("status").dataset.corrected} ${note}`, isKey: true });
  const { top, bottom } = article.getBoundingClientRect();
  if (document.hidden || bottom < 0 || top > innerHeight) mended.add(article.id);
  sight.observe(article);
}

function see(article) {
  if (document.hidden || !mended.delete(article.id)) return;
  sight.unobserve(article);
  count();
}

function withdraw(entry) {
  const id = `post-${entry.post}`;
  const shown = $(id);
  held.delete(id);
  mended.delete(id);
  listKey(id, null);
  if (!shown) return;
  const note = make("article", { id, className: "post is-withdrawn", tabIndex: -1 });
  note.dataset.position = entry.position;
  note.append(make("p", { textContent: `${$("status").dataset.withdrawn} ${entry.reason}` }));
  news.push({ text: note.textContent, isKey: true });
  const pinned = $("pinned");
  if (!pinned?.contains(shown)) return shown.replaceWith(note);
  shown.remove();
  pinned.hidden = !pinned.children.length;
  arrive(note, { known: true });
}

function header(entry) {
  const shown = $(entry.part === "head" ? "event-head" : "programme");
  const fresh = parsed(entry.html ?? "");
  if (!shown || !fresh) return;
  const details = fresh.querySelector("details");
  if (details) details.open = shown.querySelector("details")?.open ?? false;
  shown.replaceWith(fresh);
  unfold();
  if (entry.part === "head") title = fresh.querySelector("h1").textContent;
}

// Places

// Puts an article into the list, or holds it back if that would move what is being read. False: another page's.
// `known`: readers had it already, elsewhere on the page.
function arrive(article, { known = false } = {}) {
  const list = $("posts");
  const position = positionOf(article);
  if ("newer" in list.dataset && position > highest) return false;
  if ("older" in list.dataset && position < lowest) return false;
  reading ??= document.hidden || list.getBoundingClientRect().top < -DOOR; // asked once: it makes the browser lay all out
  const next = reading && nextOf(article, list, turn());
  article.isKnown = known;
  if (next && next.getBoundingClientRect().top < innerHeight) held.set(article.id, article);
  else putNew(article);
  return true;
}

function putNew(article) {
  article.classList.add("is-news");
  const feed = feedOf(article);
  $("nothing-yet")?.remove();
  feed.insertBefore(article, nextOf(article, feed, turn()));
}

// What is pinned and the key events: newest first.
function nextOf(article, list, direction = 1) {
  return articles(list).find((other) => direction * positionOf(other) < direction * positionOf(article)) ?? null;
}

// The feed of a post's day in the event's zone; each day has one, under its heading.
function feedOf(article) {
  const moment = positionOf(article) / 1000;
  const day = dayName.format(moment);
  const known = $(`day-${day}`)?.nextElementSibling;
  if (known) return known;
  const section = make("section", { className: "of-day" });
  const heading = make("h3", { className: "date", id: `day-${day}`, textContent: dayOf(moment) });
  const feed = make("div", { role: "feed" });
  feed.setAttribute("aria-labelledby", heading.id);
  section.append(heading, feed);
  const later = (other) => other.firstElementChild.id > heading.id === (turn() === -1);
  $("posts").insertBefore(section, [...$("posts").children].find(later) ?? null);
  return feed;
}

// In the order the server has: weekday, day, month, year.
function dayOf(moment) {
  const parts = Object.fromEntries(dayForm.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.weekday} ${parts.day} ${parts.month} ${parts.year}`;
}

// Days without posts go; screen readers are told which post of how many each is, -1: nobody knows.
function tidy() {
  for (const feed of document.querySelectorAll("#posts [role=feed]")) {
    if (!feed.children.length) feed.parentElement.remove();
    const all = articles(feed);
    const day = feed.parentElement;
    const [first, last] = turn() < 0 ? ["older", "newer"] : ["newer", "older"];
    const isCut = (!day.previousElementSibling && first in $("posts").dataset) || (!day.nextElementSibling && last in $("posts").dataset);
    const size = isCut ? -1 : all.length;
    all.forEach((article, place) => Object.assign(article, { ariaPosInSet: place + 1, ariaSetSize: size }));
  }
}

// undefined: an older browser does not know the zone.
function formOfDays(timeZone) {
  try {
    const form = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone };
    Object.assign(form, { calendar: "gregory", numberingSystem: "latn" }); // as the server prints them
    return new Intl.DateTimeFormat(document.documentElement.lang, form);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
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
    const time = article.querySelector(".when time")?.cloneNode(true);
    time?.removeAttribute("id");
    time?.querySelector(".year")?.remove();
    if (time) item.append(time);
    const href = $(id) || held.has(id) ? `#${id}` : `?at=${post}#${id}`;
    item.append(make("a", { textContent: article.dataset.key, href }));
    list.insertBefore(item, nextOf(item, list));
    if (list.children.length > box.dataset.most) list.lastElementChild.remove();
  }
  const days = new Set([...list.querySelectorAll("time")].map(({ dateTime }) => dayName.format(new Date(dateTime))));
  list.classList.toggle("several-days", days.size > 1);
  box.hidden = !list.children.length;
}

// Telling

function count() {
  const button = $("new-posts");
  const fresh = [...held.values()].filter((article) => !article.isKnown).length;
  const parts = [fresh && many(fresh, "one", "many"), mended.size && many(mended.size, "oneMended", "manyMended")];
  if (document.activeElement === button && !fresh && !mended.size) focusOn($("h-updates")); // or it were lost
  button.hidden = !fresh && !mended.size;
  button.textContent = parts.filter(Boolean).join(", ");
  document.title = button.hidden ? title : `(${fresh + mended.size}) ${title}`;
}

// Screen readers: politely, no more often than HUSH, and only what the reader wants to hear.
function tell() {
  const isLost = pace !== null && (failures > 1 || !navigator.onLine);
  if (isLost && $("connection").hidden) news.push({ text: $("connection").textContent, isKey: true });
  $("connection").hidden = !isLost;
  const wait = told + HUSH * 1000 - performance.now();
  clearTimeout(telling);
  if (!news.length) return;
  if (wait > 0) {
    telling = setTimeout(tell, wait);
    return;
  }
  const wanted = $("announce")?.value;
  const chosen = news.filter(({ isKey }) => wanted !== "off" && (wanted !== "key" || isKey));
  news = [];
  if (!chosen.length) return;
  told = performance.now();
  const posts = chosen.filter(({ text }) => !text).length;
  const texts = chosen.map(({ text }) => text).filter(Boolean);
  $("status").textContent = [posts ? many(posts, "one", "many") : "", ...texts].filter(Boolean).join(" ");
}

function reveal() {
  if (document.hidden || !held.size) return null;
  const waiting = [...held.values()];
  held.clear();
  waiting.forEach(putNew);
  tidy();
  count();
  return waiting.reduce((a, b) => (positionOf(b) > positionOf(a) ? b : a));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#post-"]');
  if (link && held.has(link.hash.slice(1))) reveal();
  if (!event.target.closest("#new-posts")) return;
  const target = reveal() ?? $([...mended][0]);
  if (!target) return;
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  focusOn(target);
  target.scrollIntoView({ block: "center", behavior });
});
document.addEventListener("visibilitychange", () => {
  clearTimeout(resting);
  if (document.hidden) return (resting = setTimeout(leave, RESTING * 1000));
  if ($("posts").getBoundingClientRect().top >= -DOOR) reveal();
  ask(true); // also of an event that was over: it may have been opened again
});
addEventListener("online", () => (tell(), ask()));
addEventListener("offline", tell);
addEventListener("pagehide", leave); // a page kept for going back must hold neither lock nor stream
document.addEventListener("freeze", leave);
addEventListener("pageshow", (event) => event.persisted && ask());
wide.addEventListener("change", unfold);
setInterval(beat, BEAT * 1000);

begin(document.querySelector("[data-event]"));
later(Math.random() * 1.5);
