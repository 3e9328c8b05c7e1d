// The app for the phone: everything is drawn from the database, so that it opens without a network as it was left.

import { persist } from "./database.js";
import { late } from "./late.js";
import * as lists from "./lists.js";
import { NotDone, session, signOut } from "./newsroom.js";
import * as outbox from "./outbox.js";
import * as sheet from "./sheet.js";
import * as signIn from "./sign_in.js";
import * as told from "./told.js";

const byId = (id) => document.getElementById(id);
const { worker, scope } = document.body.dataset;
const SIGN_IN_AGAIN = "This phone is signed out. Everything you filed waits here: sign in, and it is sent.";

async function draw() {
  const kept = await session();
  const knows = Boolean(kept?.person ?? told.told());
  const waits = !kept || kept.lost;
  byId("sign-in").hidden = !waits;
  if (kept?.lost) byId("why-sign-in").textContent = SIGN_IN_AGAIN;
  byId("sheet").hidden = !knows;
  byId("who").textContent = kept?.person ? `Signed in as ${kept.person.name}.` : "";
  byId("sign-out").hidden = waits;
  const line = byId("line");
  const words = waits ? "Signed out" : told.isOnline() ? "Connected" : "No network";
  if (line.textContent !== words) line.textContent = words;
  line.className = `line ${told.isOnline() && !waits ? "is-on" : "is-off"}`;
  sheet.draw();
  await lists.drawProgramme();
  await lists.drawFilings();
}

// Once for all that changes within a moment: a filing takes several steps.
let soon = 0;
function drawSoon() {
  soon ||= setTimeout(() => {
    soon = 0;
    draw();
  }, 50);
}

// There is a network again, or it is known at last who is signed in: what waits may go.
let wasOnline = false;
function toldAgain() {
  if (told.isOnline() && !wasOnline) outbox.flush();
  wasOnline = told.isOnline();
  return draw();
}

async function signedIn() {
  await told.look();
  await sheet.restore();
  await draw();
  outbox.flush();
}

async function leave() {
  const waits = (await outbox.filings()).filter((row) => row.step !== "done").length;
  const says = waits ? `${waits === 1 ? "One filing waits" : `${waits} filings wait`} here to be sent: that is done when you sign in again.` : "Everything you filed was sent.";
  if (!confirm(`Sign out of the app on this phone? ${says}`)) return;
  await sheet.keep();
  try {
    await signOut();
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    if (error.kind !== "session") return tellHer("There is no network: sign out when there is one, or have the desk revoke this phone.");
  }
  await sheet.empty();
  await told.forget();
}

function tellHer(words) {
  byId("says").firstElementChild.textContent = words;
  byId("says").hidden = false;
}

// A new version is taken when nothing is being typed; the outbox is in the database, and the next version finds it there.
function listenForVersions() {
  let had = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!had) { // the first one takes over the page that brought it
      had = true;
      return undefined;
    }
    if (sheet.isEmpty()) return location.reload();
    return tellHer("There is a new version of this app. Close it and open it again when you have a moment: nothing is lost.");
  });
}

// Answers whether the app can be opened without a network from now on.
async function register() {
  if (!("serviceWorker" in navigator)) return false;
  listenForVersions();
  try {
    const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
    // Without a network there is no newer version to be had.
    document.addEventListener("visibilitychange", () => document.hidden || registration.update().catch(() => {}));
    return true;
  } catch (error) {
    console.error("The service worker could not be registered.", error);
    return Boolean(navigator.serviceWorker.controller); // the one before still opens it
  }
}

lists.start({ late, open: sheet.open, withdraw: sheet.withdraw });
signIn.start(signedIn);
byId("sign-out").addEventListener("click", leave);
const opensOffline = register();
outbox.onChange(drawSoon);
told.onTold(toldAgain);
await told.start();
await sheet.start();
await draw();
outbox.start();
const warnings = [
  !(await persist()) && "This browser may clear what waits here when the phone is short of storage. Add the app to the home screen.",
  !(await opensOffline) && "This browser cannot open the app without a network: keep it open, or open it here again when there is one.",
];
byId("kept").textContent = warnings.filter(Boolean).join(" ");
