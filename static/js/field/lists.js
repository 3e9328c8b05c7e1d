// How her filings stand, and the run of show: drawn from what this phone has and what the newsroom told last.

import { session } from "./newsroom.js";
import * as outbox from "./outbox.js";
import { isOnline, told } from "./told.js";
import { isConnectionKnown, originalsGo, sendOriginalsNow } from "./uploads.js";

const list = document.querySelector("#filings ol");
const show = document.querySelector("#programme ol");
const originals = document.getElementById("originals-wait");
let acts = null; // { open, withdraw }: what a press in the list does

function make(tag, fields = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...inside.filter(Boolean));
  return element;
}

export function start(given) {
  acts = given;
}

// Fills a list with [what it is drawn from, how]: an item drawn from the same is left alone, under her thumb.
function fill(list, items) {
  const there = new Map([...list.children].map((element) => [element.drawnFrom, element]));
  const wanted = items.map(([from, draw]) => {
    const drawnFrom = JSON.stringify(from);
    return there.get(drawnFrom) ?? Object.assign(draw(), { drawnFrom });
  });
  for (const [n, element] of wanted.entries()) {
    if (list.children[n] !== element) list.insertBefore(element, list.children[n] ?? null);
  }
  while (list.children.length > wanted.length) list.lastElementChild.remove();
}

// Times of day are the event's, wherever the phone is.
const clocks = new Map(); // by zone: making one is dear

export function clock(moment, zone) {
  if (!clocks.has(zone)) clocks.set(zone, new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }));
  return moment ? clocks.get(zone).format(new Date(moment)) : "";
}

const zoneOf = (slug) => told()?.events.find((one) => one.slug === slug)?.time_zone;

export async function drawFilings() {
  if (list.contains(document.activeElement)) return; // she is about to press something in it
  const { person } = (await session()) ?? {};
  const rows = (await outbox.filings()).filter((row) => !row.verb);
  const known = new Map((told()?.filings ?? []).map((one) => [one.id, one]));
  const here = rows.filter((row) => !known.has(row.id) && (row.step !== "done" || row.event === told()?.event));
  const pairs = [
    ...here.reverse().map((row) => [row, null]),
    ...[...known.values()].map((one) => [rows.find((row) => row.id === one.id) ?? null, one]),
  ];
  const around = [person, isOnline(), told()?.event, told()?.events];
  const items = pairs.map(([row, desk]) => [[row, desk, row && outbox.isSending(row.id), ...around], () => item(row, desk, person)]);
  fill(list, items);
  list.parentElement.hidden = !items.length;
  drawOriginals(rows);
}

// Originals: those that were refused, with why, and those that wait for Wi-Fi; where the browser does not say what it is connected by, she says when.
function drawOriginals(rows) {
  const waiting = rows.flatMap((row) => row.photographs).filter((one) => one.original?.state === "here");
  const size = Math.max(1, Math.round(waiting.reduce((sum, { original }) => sum + original.size, 0) / 1024 / 1024));
  const count = waiting.length === 1 ? "One original waits" : `${waiting.length} originals wait`;
  const words = originalsGo() ? "" : isConnectionKnown() ? " for Wi-Fi" : ": this phone does not say whether it is on Wi-Fi";
  const now = make("button", { type: "button", className: "quiet", textContent: "Send now", onclick: () => {
    sendOriginalsNow();
    outbox.flush();
  } });
  const refused = rows.flatMap((row) => row.photographs.filter((one) => one.original?.state === "refused").map((one) => [row, one]));
  const lines = refused.map(([row, one]) => make("p", {}, `The original of “${one.original.name}” was not taken: ${one.original.detail} `, button("Let it go", "quiet", () => outbox.letGo(row, one))));
  if (waiting.length) lines.push(make("p", {}, `${count}${words} (${size} MB). `, originalsGo() ? "" : now));
  originals.hidden = !lines.length;
  originals.replaceChildren(...lines);
}

function item(row, desk, person) {
  const { key, words, details, verbs } = standing(row, desk, person);
  const title = desk?.title || titleOf(row);
  const at = desk?.filed_at ?? row.filedAt;
  const elsewhere = row && row.event !== told()?.event ? make("span", { className: "room", textContent: `To ${row.eventTitle}` }) : null;
  return make("li", { className: "filing" },
    make("time", { dateTime: at, textContent: clock(at, zoneOf(row?.event ?? told()?.event)) }),
    make("span", { className: "what", textContent: title }),
    elsewhere,
    make("p", { className: `standing is-${key}` }, make("strong", { textContent: words }), ...details.map((said) => make("span", { textContent: ` ${said}` }))),
    ...(desk?.pictures ?? []).map((said) => make("p", { className: "doubt", textContent: said })),
    verbs.length ? make("div", { className: "verbs" }, ...verbs) : null,
  );
}

function titleOf({ fields, photographs }) {
  const { headline, text, quote } = fields;
  return (headline || text || quote?.text || (photographs.length === 1 ? "Photograph" : `${photographs.length} photographs`)).slice(0, 140);
}

function button(words, look, act) {
  return make("button", { type: "button", className: look, textContent: words, onclick: (event) => {
    event.target.blur(); // or the list would wait for her
    act();
  } });
}

const sentences = ({ detail, errors }) => {
  const said = Object.values(errors ?? {}).flat();
  return said.length ? said : [detail || "The newsroom did not take it."];
};

function standing(row, desk, person) {
  const open = (how) => acts.open(row, desk, how);
  if (!row) return { key: desk.standing, words: desk.words, details: [desk.detail], verbs: deskVerbs(null, desk) };
  if (row.person !== person?.id && row.step !== "done") {
    const canBe = person && outbox.canBeTaken(row);
    const mine = button("Send it as mine", "quiet", () => confirm("It is filed anew, in your name. Go on?") && outbox.takeOver(row, person));
    const details = [row.version ? "The newsroom has it; what is left of it waits until they sign in." : "It waits on this phone until they sign in."];
    return { key: "back", words: `Filed by ${row.by || "somebody"}`, details, verbs: canBe ? [mine] : [] };
  }
  if (row.refused) return refusal(row, desk, open);
  if (row.step === "withdraw") return { key: "sending", words: "Withdrawing", details: [isOnline() ? "" : "It goes when there is a network. Call the desk if it cannot wait."], verbs: [] };
  if (row.step === "text" || row.step === "correct") return waiting(row, open);
  const verbs = deskVerbs(row, desk);
  const details = [desk?.detail, ...pictures(row)].filter(Boolean);
  if (row.photographs.some(({ refused }) => refused && !refused.ofWords)) verbs.push(button("Try again", "quiet", () => outbox.tryAgain(row)));
  if (!["draft", "submitted", "in_review", "approved"].includes(desk?.state ?? row.state)) { // somebody published it, or took it away
    if (row.photographs.some((one) => one.refused)) verbs.push(button("Mend…", "quiet", () => open()));
    return { key: desk?.standing ?? "received", words: desk?.words ?? "Received", details, verbs };
  }
  if (row.late) {
    details.push("It was pressed more than three minutes before it arrived. It went to the desk: publish it now?");
    verbs.push(button("Publish now", "publish", () => outbox.publishNow(row.id)));
  } else if (row.unpublished) {
    details.push(`Not published: ${sentences(row.unpublished).join(" ")}`);
    if (row.unpublished.code !== "stale") verbs.push(button("Publish now", "quiet", () => outbox.publishNow(row.id)));
  }
  if (desk?.standing !== "back" && row.photographs.some((one) => one.refused)) verbs.push(button("Mend…", "quiet", () => open()));
  return { key: desk?.standing ?? "received", words: desk?.words ?? "Received", details, verbs };
}

// Sent, and what can still be done to it: the newsroom says in the end whether it may.
function deskVerbs(row, desk) {
  if (!desk) return [];
  const open = (how) => () => acts.open(row, desk, how);
  const event = told().events.find((one) => one.slug === told().event);
  const publishes = event?.may_publish && !event.second_reader;
  const page = make("a", { className: "button quiet", href: `/field/posts/${desk.id}/`, textContent: "Open" });
  if (desk.standing === "back") return [button("Mend…", "main", open()), page];
  if (desk.state === "draft" || desk.state === "submitted") return [page, button("Change…", "quiet", open())];
  if (desk.state !== "published" || !publishes) return [page];
  return [page, button("Correct…", "quiet", open({ corrects: true })), button("Withdraw…", "quiet", () => acts.withdraw(row, desk))];
}

function refusal(row, desk, open) {
  const { current } = row.refused;
  const details = sentences(row.refused);
  if (row.step === "withdraw") {
    const again = button("Withdraw…", "quiet", () => acts.withdraw(row, desk));
    return { key: "back", words: "Not withdrawn", details, verbs: [again, button("Leave it", "quiet", () => outbox.leave(row))] };
  }
  const again = row.refused.status === 403 ? [button("Try again", "quiet", () => outbox.sendAgain(row.id))] : [];
  const mend = button("Mend…", "quiet", () => open({ current, corrects: row.press === "correct" }));
  const away = row.version
    ? button("Leave it as it is", "quiet", () => confirm("Your change is given up. What the newsroom has stays.") && outbox.leave(row))
    : button("Take it away", "quiet", () => confirm("Take it off this phone? It was not sent.") && outbox.forget(row));
  return { key: "back", words: current ? "Changed at the desk" : "Not taken", details, verbs: [...again, mend, away] };
}

function waiting(row, open) {
  const isSending = outbox.isSending(row.id);
  const details = [isSending ? "" : isOnline() ? "It is sent as soon as the newsroom answers." : "It goes when there is a network."];
  const change = isSending ? [] : [button("Change…", "quiet", () => open({ corrects: row.press === "correct" }))];
  return { key: isSending ? "sending" : "here", words: isSending ? "Sending" : "On this phone", details, verbs: change };
}

function pictures({ photographs, step }) {
  const said = photographs.flatMap(({ refused }, n) => (refused ? [`Photograph ${n + 1}: ${sentences(refused).join(" ")}`] : []));
  const sent = photographs.filter((one) => one.state !== "here").length;
  if (sent < photographs.length && step !== "done") said.push(`${sent} of ${photographs.length} photographs sent.`);
  return said;
}

const PRESSES = { start: "Started", end: "Over", late: "Late…", "undo-start": "Not begun", "undo-end": "Not over" };

export async function drawProgramme() {
  const { keynotes = [], event } = told() ?? {};
  if (show.contains(document.activeElement)) return;
  const { person } = (await session()) ?? {};
  const isHers = (row) => row.person === (person?.id ?? null);
  const waiting = (await outbox.filings()).filter((row) => row.verb && row.step !== "done" && row.event === event && isHers(row));
  const zone = zoneOf(event);
  fill(show, keynotes.map((one) => {
    const pressed = waiting.filter((row) => row.keynote === one.slug);
    const from = [one, zone, event, isOnline(), pressed, pressed.map(({ id }) => outbox.isSending(id))];
    return [from, () => keynote(one, zone, event, pressed)];
  }));
  show.parentElement.hidden = !keynotes.length;
  document.getElementById("zone").textContent = zone ? `Times are those of ${zone}.` : "";
}

function keynote({ slug, title, starts_at, on_now, held, room, on_stage, may = [] }, zone, event, waiting) {
  const people = on_stage.map(({ name, organisation }) => make("span", { textContent: `${[name, organisation].filter(Boolean).join(", ")} ` }));
  const pressed = { event, keynote: slug, title };
  const begins = waiting.length === 1 && waiting[0].verb === "start" && !waiting[0].refused;
  const offered = begins ? ["end"] : waiting.length ? [] : may;
  const verbs = offered.map((verb) => button(PRESSES[verb], "quiet", () => (verb === "late" ? acts.late(pressed) : outbox.pressKeynote({ ...pressed, verb }))));
  return make("li", { className: on_now ? "is-on" : "" },
    make("time", { dateTime: starts_at ?? "", textContent: clock(starts_at, zone) }),
    make("div", {},
      make("strong", { textContent: title }),
      on_now ? make("em", { textContent: " on now" }) : null,
      held ? make("em", { className: "held", textContent: " not announced" }) : null,
      room ? make("span", { className: "room", textContent: room }) : null,
      make("span", { className: "who" }, ...people),
      ...waiting.flatMap(pressStanding),
      verbs.length ? make("div", { className: "verbs" }, ...verbs) : null));
}

function pressStanding(row) {
  const words = `${PRESSES[row.verb].replace("…", "")}${row.minutes ? ` by ${row.minutes} min` : ""}`;
  const says = row.refused ? sentences(row.refused).join(" ") : isOnline() ? "being sent." : "on this phone; it goes when there is a network.";
  const line = make("p", { className: `standing is-${row.refused ? "back" : "here"}` }, make("strong", { textContent: words }), make("span", { textContent: ` ${says}` }));
  const away = make("div", { className: "verbs" }, button(row.refused ? "Leave it" : "Do not send it", "quiet", () => outbox.forget(row)));
  return outbox.isSending(row.id) ? [line] : [line, away];
}

export function keynoteLabel({ title, starts_at }, slug) {
  return [clock(starts_at, zoneOf(slug)), title].filter(Boolean).join(" ");
}
