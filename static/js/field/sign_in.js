// Signing the app in: by a link, pasted or opened, or by a password where that is enough.

import { NotDone, signInByPassword } from "./newsroom.js";

const byId = (id) => document.getElementById(id);
const LINK = /\/field\/join\/([\w-]{20,})\/?\s*$|^\s*([\w-]{20,})\s*$/;

// The page of a link, below this newsroom's own address; null: this is none. The same page signs a browser in.
export function joinPage(given) {
  const found = LINK.exec(given);
  return found ? `/field/join/${found[1] ?? found[2]}/` : null;
}

// Calls `done` once it is signed in.
export function start(done) {
  const [byLink, byPassword] = byId("sign-in").querySelectorAll("form");
  byLink.addEventListener("submit", (event) => {
    event.preventDefault();
    const page = joinPage(byId("link").value);
    say(byLink, page ? "" : "This is no link of the newsroom’s. It looks like …/field/join/… : copy all of it.");
    if (page) location.assign(page);
  });
  byPassword.addEventListener("submit", async (event) => {
    event.preventDefault();
    say(byPassword, "");
    try {
      await signInByPassword(byId("name").value, byId("password").value);
    } catch (error) {
      if (!(error instanceof NotDone)) throw error;
      return say(byPassword, wordsOf(error));
    }
    byPassword.reset();
    return done();
  });
}

function wordsOf({ kind, status, problem }) {
  if (kind === "network" || kind === "later") return problem?.detail ?? "The newsroom does not answer. Try again when there is a network.";
  if (status === 403) return "This account has a second factor, which this form cannot ask for. Sign in on the page named below.";
  return problem?.detail ?? "The newsroom did not let you in. Ask the desk.";
}

function say(form, words) {
  const place = form.querySelector(".error");
  place.textContent = words;
  place.hidden = !words;
}
