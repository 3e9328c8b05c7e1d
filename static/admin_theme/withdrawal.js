// Looks again until every place has lost the post, ever less often. Without script there is a button.
const FIRST = 1000; // milliseconds
const LONGEST = 60_000; // milliseconds
const places = document.querySelector("#places[data-unconfirmed]");
const form = document.querySelector("#again_form");

async function look() {
  const answer = await fetch(location.href, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  const { confirmed, html } = await answer.json();
  places.innerHTML = html;
  if (confirmed) form.hidden = true;
  return confirmed;
}

async function keepLooking(wait) {
  const done = await look().catch(() => false);
  if (!done) setTimeout(keepLooking, wait, Math.min(wait * 2, LONGEST));
}

if (places && form) keepLooking(FIRST);
