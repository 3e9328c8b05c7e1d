// The live desk by keyboard: j and k from post to post, a letter for each verb.

const board = document.getElementById("desk-now");
const VERBS = {
  c: ["claim", "release-claim"], a: ["approve", "sign-off"], p: ["publish", "break-glass"], s: ["send-back"], t: ["schedule"],
  u: ["unschedule"], v: ["move"], x: ["spike"], r: ["correct"], w: ["withdraw"], i: ["pin", "unpin"], m: ["mark-key", "unmark-key"],
};
const rows = () => [...board.querySelectorAll(".row")];
function step(by) {
  const all = rows(), at = all.indexOf(document.activeElement?.closest?.(".row"));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
function press(row, names) {
  const found = names.map((name) => row.querySelector(`[data-verb="${name}"]`)).find(Boolean);
  if (!found) return;
  if (found.matches("form")) found.requestSubmit();
  else if (found.matches("a")) found.click();
  else {
    found.open = true;
    found.querySelector("textarea, input:not([type=hidden])")?.focus();
  }
}
addEventListener("keydown", (pressed) => {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  const field = pressed.target.closest?.("input, textarea, select, [contenteditable]");
  if (pressed.key === "Escape") {
    const panel = pressed.target.closest?.("details[open]");
    if (panel?.closest(".row")) {
      panel.open = false;
      panel.closest(".row").focus();
    } else field?.blur();
    return;
  }
  if (field) return;
  const row = document.activeElement?.closest?.(".row");
  if (pressed.key === "j" || pressed.key === "k") step(pressed.key === "j" ? 1 : -1);
  else if (pressed.key === "n") {
    document.querySelector(".quick").open = true;
    document.querySelector("#composer textarea").focus();
  }
  else if (row && pressed.key === "Enter" && pressed.target === row) row.querySelector(".read").open ^= true;
  else if (row && pressed.key === "o") row.querySelector(".title").click();
  else if (row && VERBS[pressed.key]) press(row, VERBS[pressed.key]);
  else return;
  pressed.preventDefault();
});
