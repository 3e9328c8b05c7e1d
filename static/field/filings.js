// What became of her filings is shown while the page is open: the desk's note, "live", "corrected".
const EVERY = 3000; // milliseconds, while the page is looked at
const list = document.getElementById("filings");
let etag = `"${list.dataset.stamp}"`, asking = false;

async function ask() {
  if (asking || document.hidden || list.contains(document.activeElement)) return; // she is about to press something in it
  asking = true;
  try {
    const answer = await fetch(list.dataset.again, { headers: { "If-None-Match": etag }, cache: "no-store", redirect: "manual" });
    if (answer.status !== 200) return; // unchanged, or signed out: what stands here stays
    const html = await answer.text();
    if (list.contains(document.activeElement)) return;
    list.innerHTML = html;
    etag = answer.headers.get("ETag");
  } catch { // no network: asked again
  } finally {
    asking = false;
  }
}
setInterval(ask, EVERY);
document.addEventListener("visibilitychange", ask);
