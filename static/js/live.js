// Follows an event: asks live.json, applies what the record says by post, and never moves what is being read.
// Entries are applied in order of their number and may come twice. The page is whole without this module.

const HIDDEN = 10; // a hidden tab asks this many times less often
const SLOWEST = 60; // seconds
const DOOR = 8; // pixels: so far above the window the list's top still counts as seen

const held = new Map(); // articles that would move what is being read, by id, until the reader asks for them
let page, epoch, seq, title, pace, timer;
let failures = 0;
let asking = false;
let news = [];

const $ = (id) => document.getElementById(id);
const positionOf = (article) => Number(article.dataset.position);
const articles = (list) => [...list.querySelectorAll(":scope > [data-position]")]; // of the posts, or items of the key events
const doorway = new IntersectionObserver(([seen]) => seen.isIntersecting && reveal());

function begin(fresh) {
  page = fresh;
  epoch = page.dataset.epoch;
  seq = Number(page.dataset.seq);
  title = page.querySelector("h1").textContent;
  pace ??= 2;
  doorway.disconnect();
  doorway.observe($("h-updates"));
  if (!CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
    for (const details of page.querySelectorAll(".fold details")) details.open = true;
  }
}

// Asking

async function ask() {
  clearTimeout(timer);
  if (asking || pace === null) return;
  asking = true;
  try {
    const head = await (await get(`/events/${page.dataset.event}/live.json`)).json();
    await take(head);
    pace = head.next_poll_s;
    failures = 0;
  } catch {
    failures += 1;
  }
  asking = false;
  tell();
  $("connection").hidden = failures < 3;
  if (pace !== null) timer = setTimeout(ask, wait());
}

function wait() {
  const slower = (document.hidden ? HIDDEN : 1) * 2 ** Math.min(failures, 5);
  return Math.min(SLOWEST, pace * slower) * 1000 * (0.85 + Math.random() * 0.3);
}

async function get(address, cache = "no-cache") {
  const answer = await fetch(address, { cache, credentials: "omit", signal: AbortSignal.timeout(10000) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

async function take(head) {
  if (head.epoch !== epoch) return startAgain();
  while (head.entries.length && head.entries[0].seq > seq + 1) {
    const address = `/events/${page.dataset.event}/updates.json?epoch=${epoch}&after=${seq}`;
    const missed = await (await get(address)).json();
    if (missed.epoch !== epoch) return startAgain();
    if (!missed.entries.length) return; // a shared cache is behind: the next question finds more
    missed.entries.forEach(apply);
  }
  head.entries.forEach(apply);
}

// Another epoch: the record was restored or erased, and numbers mean nothing any more.
async function startAgain() {
  const text = await (await get(location.href, "reload")).text();
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-event]");
  if (!fresh) throw new Error("the page is gone");
  held.clear();
  page.replaceWith(fresh);
  begin(fresh);
  count();
}

// Applying

function apply(entry) {
  if (entry.seq <= seq) return;
  seq = entry.seq;
  if (entry.op === "header") header(entry);
  else if (entry.op === "withdraw") withdraw(entry);
  else if (entry.html) show(entry, made(entry.html)); // without words: taken back since, and a later entry says so
}

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function show(entry, article) {
  const shown = $(article.id);
  const pinned = $("pinned");
  if (entry.op === "pin" && pinned) {
    shown?.remove();
    held.delete(article.id);
    put(article, pinned, "newest");
  } else if (entry.op === "unpin" && shown && pinned?.contains(shown)) {
    shown.remove();
    arrive(article);
  } else if (shown) {
    if (entry.op === "correct") correct(entry, article);
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

function correct(entry, article) {
  article.classList.add("is-news");
  news.push(`${$("status").dataset.corrected} ${entry.note}`);
}

function withdraw(entry) {
  const id = `post-${entry.post}`;
  const shown = $(id);
  held.delete(id);
  count();
  listKey(id, null);
  if (!shown) return;
  const note = document.createElement("article");
  Object.assign(note, { id, className: "post is-withdrawn", tabIndex: -1 });
  note.dataset.position = entry.position;
  note.append(document.createElement("p"));
  note.firstChild.textContent = `${$("status").dataset.withdrawn} ${entry.reason}`;
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
  const fresh = made(entry.html ?? "");
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
  const next = nextOf(article, list, list.dataset.order);
  const moves = next && next.getBoundingClientRect().top < innerHeight;
  if (moves && (document.hidden || list.getBoundingClientRect().top < -DOOR)) {
    held.set(article.id, article);
    count();
  } else {
    article.classList.add("is-news");
    put(article, list, list.dataset.order);
  }
  return true;
}

function put(article, list, order) {
  $("nothing-yet")?.remove();
  const next = nextOf(article, list, order);
  const heading = next?.previousElementSibling;
  list.insertBefore(article, heading?.matches(".date") && dayOf(next) !== dayOf(article) ? heading : next);
  days();
}

function nextOf(article, list, order) {
  const position = positionOf(article);
  const follows = (other) => (order === "oldest" ? positionOf(other) > position : positionOf(other) < position);
  return articles(list).find(follows) ?? null;
}

// Each day of the event's zone has one heading, above the first of its posts.
function days() {
  const list = $("posts");
  for (const heading of list.querySelectorAll(".date")) if (!heading.nextElementSibling?.matches("article")) heading.remove();
  let day = "";
  for (const article of articles(list)) {
    const before = article.previousElementSibling;
    if (dayOf(article) === day) before.matches(".date") && before.remove();
    else if (!before?.matches(".date")) article.before(Object.assign(document.createElement("h3"), { className: "date", textContent: dayOf(article) }));
    day = dayOf(article);
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
    const item = document.createElement("li");
    Object.assign(item.dataset, { post, position: article.dataset.position });
    const time = article.querySelector(".rail time")?.firstChild.textContent.trim();
    if (time) item.appendChild(document.createElement("time")).textContent = time;
    const link = item.appendChild(document.createElement("a"));
    link.textContent = article.dataset.key;
    link.href = $(id) || held.has(id) ? `#${id}` : `?at=${post}#${id}`;
    list.insertBefore(item, nextOf(item, list, "newest"));
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

function many(number) {
  const { one, many: more } = $("new-posts").dataset;
  return number === 1 ? one : more.replace("#", number);
}

function tell() {
  if (!news.length) return;
  const posts = news.filter((text) => !text).length;
  $("status").textContent = [posts ? many(posts) : "", ...news].filter(Boolean).join(" ");
  news = [];
}

function reveal() {
  if (document.hidden || !held.size) return null;
  const list = $("posts");
  const articles = [...held.values()];
  held.clear();
  count();
  for (const article of articles) {
    article.classList.add("is-news");
    put(article, list, list.dataset.order);
  }
  return articles.reduce((a, b) => (positionOf(b) > positionOf(a) ? b : a));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#post-"]');
  if (link && held.has(link.hash.slice(1))) reveal();
  if (!event.target.closest("#new-posts")) return;
  const newest = reveal();
  if (!newest) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  newest.focus({ preventScroll: true });
  newest.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if ($("posts").getBoundingClientRect().top >= -DOOR) reveal();
  ask();
});
addEventListener("online", ask);
addEventListener("pageshow", (event) => event.persisted && ask());

begin(document.querySelector("[data-event]"));
timer = setTimeout(ask, Math.random() * 1500);
