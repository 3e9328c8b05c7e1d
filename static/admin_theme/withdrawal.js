// Looks again each second until every place has lost the post. Without script there is a button.
const EVERY = 1000; // milliseconds
const places = document.querySelector("#places[data-unconfirmed]");
const form = document.querySelector("#again_form");

async function look() {
  const answer = await fetch(location.href, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  const { confirmed, html } = await answer.json();
  places.innerHTML = html;
  if (confirmed) form.hidden = true;
  return confirmed;
}

async function keepLooking() {
  const done = await look().catch(() => false);
  if (!done) setTimeout(keepLooking, EVERY);
}

if (places && form) keepLooking();
