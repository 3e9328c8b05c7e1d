// How her filings stand, and the run of show: drawn from what this phone has and what the newsroom told last.

import { session } from "./newsroom.js";
import * as outbox from "./outbox.js";
import { isOnline, told } from "./told.js";

const list = document.querySelector("#filings ol");
const show = document.querySelector("#programme ol");
let mend = null; // what opens a filing in the sheet

function make(tag, fields = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), fields);
  element.append(...inside.filter(Boolean));
  return element;
}

export function start(opens) {
  mend = opens;
}

// Times of day are the event's, wherever the phone is.
const clock = (moment, zone) =>
  moment ? new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(moment)) : "";

const zoneOf = (slug) => told()?.events.find((one) => one.slug === slug)?.time_zone;

export async function drawFilings() {
  if (list.contains(document.activeElement)) return; // she is about to press something in it
  const { person } = (await session()) ?? {};
  const rows = await outbox.filings();
  const known = new Map((told()?.filings ?? []).map((one) => [one.id, one]));
  const here = rows.filter((row) => !known.has(row.id) && (row.step !== "done" || row.event === told()?.event));
  const items = [
    ...here.reverse().map((row) => item(row, null, person)),
    ...[...known.values()].map((one) => item(rows.find((row) => row.id === one.id), one, person)),
  ];
  list.replaceChildren(...items);
  list.parentElement.hidden = !items.length;
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
  const verbs = [];
  if (desk) verbs.push(make("a", { className: "button quiet", href: `/field/posts/${desk.id}/`, textContent: "Open" }));
  if (!row) return { key: desk.standing, words: desk.words, details: [desk.detail], verbs };
  const open = (current) => mend(row, desk?.version ?? row.version, current);
  const away = button("Take it away", "quiet", () => confirm("Take it off this phone? It was not sent.") && outbox.forget(row));
  if (row.person !== person && row.step !== "done") {
    const mine = button("Send it as mine", "quiet", () => outbox.mend(row.id, { person }));
    return { key: "back", words: `Filed by ${row.person || "somebody"}`, details: ["It waits on this phone until they sign in."], verbs: person ? [mine] : [] };
  }
  if (row.refused) {
    const { current } = row.refused;
    return { key: "back", words: current ? "Changed at the desk" : "Not taken", details: sentences(row.refused), verbs: [...verbs, button("Mend…", "quiet", () => open(current)), away] };
  }
  if (row.step === "text") {
    const isSending = outbox.isSending(row.id);
    const details = [isSending ? "" : isOnline() ? "It is sent as soon as the newsroom answers." : "It goes when there is a network."];
    const change = isSending ? [] : [button("Change…", "quiet", () => open())];
    return { key: isSending ? "sending" : "here", words: isSending ? "Sending" : "On this phone", details, verbs: change };
  }
  const details = [desk?.detail, ...pictures(row)].filter(Boolean);
  if (row.late) {
    details.push("It was pressed more than three minutes before it arrived. It went to the desk: publish it now?");
    verbs.push(button("Publish now", "publish", () => outbox.publishNow(row.id, desk?.version)));
  } else if (row.unpublished) {
    details.push(`Not published: ${sentences(row.unpublished).join(" ")}`);
    verbs.push(button("Publish now", "quiet", () => outbox.publishNow(row.id, desk?.version)));
  }
  if (desk?.standing === "back") verbs.unshift(button("Mend…", "main", () => open()));
  else if (row.photographs.some((one) => one.refused)) verbs.push(button("Mend…", "quiet", () => open()));
  return { key: desk?.standing ?? "received", words: desk?.words ?? "Received", details, verbs };
}

function pictures({ photographs, step }) {
  const said = photographs.flatMap(({ refused }, n) => (refused ? [`Photograph ${n + 1}: ${sentences(refused).join(" ")}`] : []));
  const sent = photographs.filter((one) => one.state !== "here").length;
  if (sent < photographs.length && step !== "done") said.push(`${sent} of ${photographs.length} photographs sent.`);
  return said;
}

export function drawProgramme() {
  const { keynotes = [], event } = told() ?? {};
  const zone = zoneOf(event);
  show.replaceChildren(...keynotes.map((one) => keynote(one, zone)));
  show.parentElement.hidden = !keynotes.length;
  document.getElementById("zone").textContent = zone ? `Times are those of ${zone}.` : "";
}

function keynote({ title, starts_at, on_now, held, room, on_stage }, zone) {
  const people = on_stage.map(({ name, organisation }) => make("span", { textContent: `${[name, organisation].filter(Boolean).join(", ")} ` }));
  return make("li", { className: on_now ? "is-on" : "" },
    make("time", { dateTime: starts_at ?? "", textContent: clock(starts_at, zone) }),
    make("div", {},
      make("strong", { textContent: title }),
      on_now ? make("em", { textContent: " on now" }) : null,
      held ? make("em", { className: "held", textContent: " not announced" }) : null,
      room ? make("span", { className: "room", textContent: room }) : null,
      make("span", { className: "who" }, ...people)));
}

export function keynoteLabel({ title, starts_at }, slug) {
  return [clock(starts_at, zoneOf(slug)), title].filter(Boolean).join(" ");
}
