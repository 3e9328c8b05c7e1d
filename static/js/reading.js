// What a page does for its reader besides following the event: times, where she left off, sharing, videos. The page is
// whole without this module.

const MINUTE = 60000; // milliseconds
const TODAY = 12 * 60 * MINUTE; // within it an hour needs no date
const RECENT = 60; // minutes: so long a time is told as "5 min ago", too
const words = document.body.dataset;
const language = document.documentElement.lang;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const $ = (id) => document.getElementById(id);
const make = (name, values) => Object.assign(document.createElement(name), values);

// A browser may refuse to keep anything, and says so by an error.
const shelf = {
  take(name) {
    try {
      return JSON.parse(localStorage.getItem(`newsroom:${name}`));
    } catch {
      return null;
    }
  },
  put(name, value) {
    try {
      localStorage.setItem(`newsroom:${name}`, JSON.stringify(value));
    } catch {
      // asked again next time
    }
  },
};

function say(element, text) {
  if (element.textContent !== text) element.textContent = text; // or every look at the page would be a change of it
}

// Times: of the event's zone as printed, or of the reader's own

const printed = new WeakMap(); // by <time>: what it said when it came
const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
let inOwn = shelf.take("times") === "own";

const venue = () => {
  const zone = $("posts")?.dataset.zone;
  return isKnown(zone) ? zone : undefined;
};
const inZone = (moment, form, timeZone) => moment.toLocaleString(language, { ...form, timeZone });
const clock = (moment, zone) => inZone(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone);
const day = (moment, zone) => inZone(moment, { day: "numeric", month: "short" }, zone);

function zoneName(zone) {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "short" }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName").value;
}

// An older browser may not know a zone.
function isKnown(zone) {
  try {
    return Boolean(zone && new Intl.DateTimeFormat(language, { timeZone: zone }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function tell(time) {
  const moment = new Date(time.dateTime);
  if (!printed.has(time)) printed.set(time, time.cloneNode(true));
  time.replaceChildren(...printed.get(time).cloneNode(true).childNodes);
  const isOther = inOwn && day(moment, own) !== day(moment, venue());
  time.classList.toggle("other-day", isOther);
  if (!inOwn) return;
  time.firstChild.data = time.firstChild.data.replace(/\d\d:\d\d/, clock(moment, own));
  const its = time.querySelector(".day");
  if (its) its.textContent = day(moment, own);
  else if (isOther) time.append(" ", make("span", { className: "day", textContent: day(moment, own) }));
}

function tellAll(changed) {
  if (!venue() || own === venue()) return;
  for (const time of document.querySelectorAll('main time[datetime*="T"]')) {
    if (!time.firstChild || (!changed && (printed.has(time) || !inOwn))) continue;
    tell(time);
  }
  const line = document.querySelector(".zone[data-words]");
  if (!line) return;
  line.dataset.printed ??= line.textContent;
  say(line, inOwn ? line.dataset.words.replace("#", zoneName(own)) : line.dataset.printed);
}

function tellAgo() {
  if (document.querySelector("#event-head")?.dataset.state !== "live") return;
  for (const when of document.querySelectorAll("#posts .when, #pinned .when")) {
    const minutes = Math.floor((Date.now() - new Date(when.firstElementChild.dateTime)) / MINUTE);
    const span = when.querySelector(".ago");
    if (minutes < 0 || minutes > RECENT) span?.remove();
    else say(span ?? when.appendChild(make("span", { className: "ago" })), ago.format(-minutes, "minute"));
  }
}

function countDown() {
  const line = document.querySelector("[data-begins]");
  const minutes = line && Math.ceil((new Date(line.dataset.begins) - Date.now()) / MINUTE);
  if (!line) return;
  line.hidden = minutes <= 0;
  const [number, unit] = minutes < 120 ? [minutes, "minute"] : minutes < 2880 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  say(line, new Intl.RelativeTimeFormat(language).format(Math.floor(number), unit));
}

function offerSettings() {
  const [times, announce] = [$("times"), $("announce")];
  if (!$("settings")?.hidden) return; // offered already, or not on this page
  $("settings").hidden = false;
  announce.value = shelf.take("announce") ?? "all";
  announce.onchange = () => shelf.put("announce", announce.value);
  if (!venue() || own === venue()) return;
  const [there, here] = times.options;
  there.text += ` (${zoneName(venue())})`;
  here.text += ` (${zoneName(own)})`;
  times.value = inOwn ? "own" : "venue";
  times.closest("p").hidden = false;
  times.onchange = () => {
    inOwn = times.value === "own";
    shelf.put("times", times.value);
    tellAll(true);
    catchUp();
  };
}

// Key events told to her browser: the module that does it comes when it is asked for

async function offerFollowing() {
  const line = $("follow");
  if (!line?.hidden || !("PushManager" in window && "serviceWorker" in navigator)) return;
  const [button, said] = line.children;
  const { script, address, stop } = line.dataset;
  const offered = button.textContent;
  let isFollowed = false;
  const label = (now) => (button.textContent = (isFollowed = now) ? stop : offered);
  button.onclick = async () => {
    button.disabled = true;
    try {
      const { turn } = await import(script);
      const outcome = await turn(address, !isFollowed);
      label(outcome === "followed");
      say(said, line.dataset[outcome] ?? "");
    } catch (error) {
      say(said, `${line.dataset.failed} ${error.message}`);
    }
    button.disabled = false;
    button.focus();
  };
  line.hidden = false; // set once: the page may be replaced by a newer one
  const look = async () => Notification.permission === "granted" && label(await (await import(script)).isFollowed(address));
  document.addEventListener("visibilitychange", () => document.hidden || look()); // another tab may have changed it
  await look();
}

// Where she left off: the newest post she had on this page when it went out of sight

const place = `left:${document.querySelector("[data-event]")?.dataset.event}`;
let left = shelf.take(place); // { position, at: milliseconds since 1970 }
let ends = []; // of what she missed, and of what was corrected: the last article

const positions = () => [...document.querySelectorAll("#posts [data-position]")].map((post) => Number(post.dataset.position));

function catchUp() {
  const line = $("catch-up");
  if (!line || !left || "newer" in $("posts").dataset || $("posts").dataset.order === "oldest") return;
  const [lead, corrected] = line.children;
  const articles = [...document.querySelectorAll("#posts [data-position]")];
  const missed = articles.filter((post) => post.dataset.position > left.position);
  const mended = articles.filter((post) => new Date([...post.querySelectorAll(".correction time")].at(-1)?.dateTime ?? 0) > left.at);
  const goesOn = missed.length === articles.length && "older" in $("posts").dataset;
  ends = [goesOn ? null : missed.at(-1), mended.at(-1)];
  for (const end of ends) if (end) sight.observe(end);
  const zone = inOwn ? own : venue();
  const moment = new Date(left.at);
  const time = Date.now() - left.at < TODAY ? clock(moment, zone) : `${day(moment, zone)}, ${clock(moment, zone)}`;
  const text = (missed.length === 1 ? line.dataset.one : line.dataset.many).replace("#", missed.length + (goesOn ? "+" : ""));
  lead.href = `?order=oldest&after=${left.position}`;
  say(lead, text.replace("@", time));
  lead.hidden = !missed.length;
  const { oneMended, manyMended } = $("new-posts").dataset;
  if (mended.length) corrected.href = `#${mended[0].id}`;
  say(corrected, (mended.length === 1 ? oneMended : manyMended).replace("#", mended.length));
  corrected.hidden = !mended.length;
  line.hidden = lead.hidden && corrected.hidden;
}

// What she missed is missed until she has gone back to where she left, what was corrected until she has seen it.
const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (isIntersecting && target === ends[0]) left.position = Math.max(...positions());
    if (isIntersecting && target === ends[1]) left.at = Date.now();
  }
});

function leave() {
  const shown = positions();
  if (!$("catch-up") || !shown.length || "newer" in $("posts").dataset) return;
  catchUp();
  if (!left || $("catch-up").hidden) left = { position: Math.max(...shown), at: Date.now() };
  shelf.put(place, left);
}

// Sharing

function offerSharing() {
  for (const link of document.querySelectorAll(".permalink:not(.is-shared)")) {
    link.classList.add("is-shared");
    link.after(make("button", { className: "share", type: "button", textContent: words.share, ariaLive: "polite" }));
  }
}

async function share(button) {
  const article = button.closest("article");
  const url = article.querySelector(".permalink").href;
  const title = article.querySelector("h3")?.textContent ?? document.title;
  try {
    if (navigator.share) return await navigator.share({ title, url });
  } catch (error) {
    if (error.name === "AbortError") return; // she thought better of it; else a frame may not, or the system cannot
  }
  try {
    await navigator.clipboard.writeText(url);
    button.textContent = words.copied;
  } catch {
    prompt(words.copy, url); // no clipboard over plain HTTP
  }
  setTimeout(() => (button.textContent = words.share), 3000);
}

// Videos: of another site only once they are asked for

function offerVideos() {
  for (const card of document.querySelectorAll("[data-player]:not(.is-offered)")) {
    card.classList.add("is-offered");
    const text = words.play.replace("#", card.dataset.host);
    card.append(" ", make("button", { className: "play", type: "button", textContent: text }));
  }
}

function play(card) {
  const title = card.querySelector("a").textContent;
  const frame = make("iframe", { src: card.dataset.player, title, allow: "autoplay; fullscreen; picture-in-picture" });
  card.querySelector("button").replaceWith(frame);
  card.classList.add("is-playing");
  frame.focus();
}

document.addEventListener("click", ({ target }) => {
  if (target.matches(".share")) share(target);
  if (target.matches(".play")) play(target.closest("[data-player]"));
});

// Keys in a feed, as the ARIA Authoring Practices have them: from post to post, and out of it

document.addEventListener("keydown", (event) => {
  const article = event.target.closest?.("[role=feed] article");
  if (!article || event.altKey || event.metaKey || event.target.matches("input, select, textarea")) return;
  const all = [...document.querySelectorAll("[role=feed] article")];
  const place = all.indexOf(article);
  const targets = event.ctrlKey
    ? { Home: document.querySelector("#h-updates"), End: document.querySelector(".colophon a") }
    : { PageDown: all[place + 1], PageUp: all[place - 1] };
  const target = targets[event.key];
  if (!target) return;
  event.preventDefault();
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus();
});

function dress() {
  offerSettings();
  offerFollowing();
  offerSharing();
  offerVideos();
  tellAll(false);
  tellAgo();
  countDown();
  catchUp();
}

dress();
document.addEventListener("visibilitychange", () => document.hidden && leave());
addEventListener("pagehide", leave);
new MutationObserver(dress).observe(document.body, { childList: true, subtree: true });
setInterval(() => document.hidden || (tellAgo(), countDown()), MINUTE / 2);
