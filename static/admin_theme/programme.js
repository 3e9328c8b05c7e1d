// Keynotes are dragged to another place, by mouse, pen or finger. Without this the arrows do the same.
const form = document.querySelector("#programme_form");
const rows = () => [...form.querySelectorAll("[data-keynote]")];
const inOrder = () => rows().map((row) => row.dataset.keynote).join(",");

const keep = () => {
  form.elements.order.value = inOrder();
  if (form.elements.order.value !== form.elements.seen.value) form.requestSubmit(form.querySelector(".keep-order"));
};

const follow = (row, y) => {
  for (const other of rows()) {
    const box = other.getBoundingClientRect();
    if (other === row || y < box.top || y > box.bottom) continue;
    const below = y > box.top + box.height / 2;
    other.parentNode.insertBefore(row, below ? other.nextSibling : other);
    return;
  }
};

const drag = (pressed) => {
  const row = pressed.target.closest?.(".grip")?.closest("[data-keynote]");
  if (!row || pressed.button) return;
  const dragging = new AbortController();
  const until = { signal: dragging.signal };
  const [place, after] = [row.parentNode, row.nextSibling];
  const end = () => {
    dragging.abort();
    row.classList.remove("is-dragged");
  };
  const drop = () => {
    end();
    keep();
  };
  const putBack = () => {
    end();
    place.insertBefore(row, after);
  };
  pressed.preventDefault();
  row.classList.add("is-dragged");
  document.addEventListener("pointermove", (moved) => follow(row, moved.clientY), until);
  document.addEventListener("pointerup", drop, until);
  document.addEventListener("pointercancel", putBack, until);
  document.addEventListener("keydown", (pressed) => pressed.key === "Escape" && putBack(), until);
};

if (form?.querySelector(".keep-order")) {
  form.classList.add("can-drag");
  form.addEventListener("pointerdown", drag);
}
