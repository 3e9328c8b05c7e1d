// What is typed in a post's or a wrap's form is kept: in this browser at once, on the server within five seconds. After a crash or
// an expired session it is offered back. Saving the form forgets it.

const EVERY = 5000; // milliseconds between two sends
const OLD = 7 * 24 * 3600 * 1000; // milliseconds after which the browser forgets
const typing = document.querySelector("#typing");
const prefix = (person) => `typed:${person}:`;

// The server says with a cookie which form is saved.
const saved = document.cookie.match(/(?:^|; )typed-saved=([^;]*)/)?.[1];
for (const key of Object.keys(localStorage)) {
  if (!key.startsWith("typed:")) continue;
  const old = Date.now() - (read(key)?.at ?? 0) > OLD;
  if (old || (saved && key.endsWith(`?form=${saved}`))) localStorage.removeItem(key);
}
if (saved) document.cookie = "typed-saved=; path=/admin/; max-age=0; samesite=lax";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, entry) {
  try {
    localStorage.setItem(key, JSON.stringify(entry));
  } catch { /* full or forbidden: the server has it within five seconds */ }
}

if (typing) {
  const form = typing.closest("form");
  const { page, address, person, post } = typing.dataset;
  const own = prefix(person) + page;
  const kept = document.querySelector("#kept");
  const say = (text, problem = false) => {
    if (!kept) return;
    kept.toggleAttribute("role", problem); // what is kept every five seconds is not read out, what is not is
    if (problem) kept.setAttribute("role", "alert");
    kept.replaceChildren(text);
    kept.classList.toggle("problem", problem);
  };

  const fields = () => {
    const aside = new Set(Array.from(form.querySelectorAll(".verb-bar [name]"), (one) => one.name));
    return [...new FormData(form)].filter(([name, value]) =>
      typeof value === "string" && name !== "csrfmiddlewaretoken" && !name.includes("__prefix__") && !aside.has(name));
  };

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]");
  const post_json = (body) => fetch(address, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token().value },
    body: JSON.stringify(body),
  });

  // Signed in again in another tab: this page's token is old.
  async function renew() {
    const answer = await fetch(address, { redirect: "manual" });
    if (!answer.ok) return false;
    const { token: fresh } = await answer.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = fresh;
    return true;
  }

  async function tell(body) {
    let answer = await post_json(body);
    if (answer.status === 403 && await renew()) answer = await post_json(body);
    return answer;
  }

  let opened = null; // the form as it was before anything was typed
  let timer = null;
  let sent = 0;
  let busy = false;

  function typed() {
    if (form.dataset.sent) return;
    const now = fields();
    if (JSON.stringify(now) === opened) return;
    write(own, { at: Date.now(), fields: now });
    timer ??= setTimeout(send, Math.max(1000, sent + EVERY - Date.now()));
  }

  function signedOut() {
    const link = document.createElement("a");
    link.href = "/admin/login/?next=/admin/";
    link.target = "_blank";
    link.rel = "opener";
    link.textContent = "Sign in again";
    say("You are signed out: what you type is kept in this browser. ", true);
    kept?.append(link);
  }

  async function send() {
    timer = null;
    if (form.dataset.sent) return;
    if (busy) {
      timer = setTimeout(send, EVERY);
      return;
    }
    busy = true;
    sent = Date.now();
    try {
      const answer = await tell({ page, fields: fields() });
      if (answer.ok) {
        say(`Kept ${new Date().toLocaleTimeString("en-GB")}, not saved`);
      } else if (answer.status === 401 || answer.type === "opaqueredirect") {
        signedOut();
        timer ??= setTimeout(send, EVERY);
      } else {
        say("What you type is kept in this browser only.", true);
      }
    } catch {
      say("No connection: what you type is kept in this browser.", true);
      timer ??= setTimeout(send, EVERY);
    } finally {
      busy = false;
    }
  }

  const start = () => {
    opened ??= JSON.stringify(fields());
    for (const name of ["input", "change", "formset:added", "formset:removed"]) form.addEventListener(name, typed);
    // The autocomplete tells jQuery alone.
    window.django?.jQuery?.(form).on("change", typed);
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start);

  // What an earlier form left in this browser is handed to the server, which answers with the offer.
  async function handOver(key) {
    const entry = read(key);
    if (!entry) return;
    const left = key.slice(prefix(person).length);
    const answer = await tell({ page: left, fields: entry.fields, left: true });
    if (!answer.ok) return;
    localStorage.removeItem(key);
    const { offer } = await answer.json();
    const offers = document.querySelector("#typed-offers");
    if (!offer || !offers) return;
    const holder = document.createElement("template");
    holder.innerHTML = offer;
    const shown = holder.content.firstElementChild;
    offers.querySelector(`[data-typed="${shown.dataset.typed}"]`)?.remove();
    offers.append(shown);
  }

  const path = page.slice(0, page.indexOf("?"));
  const mine = (key) => key !== own && (key.startsWith(`${prefix(person)}${path}?form=`) ||
    (post && key === `${prefix(person)}/admin/coverage/post/add/?form=${post}`));
  (async () => {
    for (const key of Object.keys(localStorage).filter(mine)) {
      try {
        await handOver(key);
      } catch { /* no connection: it stays here, and is handed over when the page is opened again */ }
    }
  })();

  // Discarding leaves the page and what is being typed in it alone.
  document.querySelector("#typed-offers")?.addEventListener("click", async (clicked) => {
    const button = clicked.target.closest("button[formaction]");
    if (!button) return;
    clicked.preventDefault();
    const answer = await fetch(button.formAction, {
      method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token().value },
    });
    if (answer.ok || answer.status === 404) button.closest(".typed-offer").remove();
  });

  // In a merge: whoever goes on typing in a field keeps her own words.
  for (const sides of document.querySelectorAll(".sides[data-field]")) {
    const keepMine = (event) => {
      const name = event.target.name ?? "";
      if (name !== sides.dataset.field && !name.startsWith(`${sides.dataset.field}-`)) return;
      sides.querySelector("input[value=mine]").checked = true;
    };
    form.addEventListener("input", keepMine);
    window.django?.jQuery?.(form).on("change", keepMine);
  }
}
