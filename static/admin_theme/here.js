// Says that somebody is at this post's page, and shows who else is. Without it nobody is seen, and all else works.

const BEAT = 10000; // milliseconds
const typing = document.querySelector("#typing[data-here]");
if (typing) {
  const form = typing.closest("form");
  const present = document.querySelector("#present");
  const seen = form.querySelector("[name=_version]")?.value;
  const body = (more = {}) => new URLSearchParams({
    post: typing.dataset.post,
    csrfmiddlewaretoken: form.querySelector("[name=csrfmiddlewaretoken]").value,
    ...more,
  });
  const beat = async () => {
    try {
      const answer = await fetch(typing.dataset.here, { method: "POST", redirect: "manual", body: body() });
      if (!answer.ok) return;
      const { says, version } = await answer.json();
      const changed = seen && version !== seen ? "It was changed after you opened it: saving merges both." : "";
      const text = [says, changed].filter(Boolean).join(" ");
      if (present && present.textContent !== text) present.textContent = text;
    } catch { /* no connection: the next beat tries again */ }
  };
  beat();
  setInterval(beat, BEAT);
  addEventListener("pagehide", () => {
    fetch(typing.dataset.here, { method: "POST", keepalive: true, body: body({ left: "1" }) }).catch(() => {});
  });
  addEventListener("pageshow", (shown) => { if (shown.persisted) beat(); });
}
