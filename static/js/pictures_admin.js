// The pictures' page and list at the desk. Everything here can be done without it, too.

// Suggestions from the file: the button fills the field; nothing is sent before Save.
for (const button of document.querySelectorAll("button[name=_use]")) {
  button.addEventListener("click", (pressed) => {
    const field = document.getElementById(`id_${button.value}`);
    if (!field) return;
    pressed.preventDefault();
    field.value = button.dataset.text;
    field.focus();
    button.closest(".suggestion").hidden = true;
  });
}

// Focal point: two percentages, a mark on the picture, and the crops as they will be cut.
const inputs = { x: document.getElementById("id_focal_x"), y: document.getElementById("id_focal_y") };
const stage = document.querySelector(".focal-picture");
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const inside = (value, most) => Math.min(Math.max(value, 0), most);
const percent = (input) => inside(Number.parseFloat(input.value) || 0, 100);

// Where the crop lies between its two ends, as `media.geometry.largest_cut` cuts it; in per cent.
const along = (focus, length, whole) => {
  const room = whole - length;
  return room > 0 ? (inside((focus / 100) * whole - length / 2, room) / room) * 100 : 50;
};

function showPoint(mark) {
  const [x, y] = [percent(inputs.x), percent(inputs.y)];
  mark.style.left = `${x}%`;
  mark.style.top = `${y}%`;
  const whole = stage.querySelector("img");
  const [width, height] = [Number(whole.getAttribute("width")), Number(whole.getAttribute("height"))];
  for (const crop of document.querySelectorAll(".focal-crops img")) {
    const [across, down] = crop.dataset.shape.split("/").map(Number);
    const cut = Math.min(width, (height * across) / down);
    crop.style.objectPosition = `${along(x, cut, width)}% ${along(y, (cut * down) / across, height)}%`;
  }
}

if (stage && inputs.x && inputs.y) {
  const mark = document.createElement("span");
  mark.className = "focal-mark";
  stage.append(mark);
  stage.classList.add("is-set");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", "Focal point: click, or move it with the arrow keys");
  for (const hidden of document.querySelectorAll(".focal-crops, .focal-says")) hidden.hidden = false;
  const set = (x, y) => {
    inputs.x.value = inside(x, 100).toFixed(1);
    inputs.y.value = inside(y, 100).toFixed(1);
    showPoint(mark);
  };
  stage.addEventListener("click", (clicked) => {
    const box = stage.getBoundingClientRect();
    set(((clicked.clientX - box.left) / box.width) * 100, ((clicked.clientY - box.top) / box.height) * 100);
  });
  stage.addEventListener("keydown", (pressed) => {
    const step = STEP[pressed.key];
    if (!step) return;
    pressed.preventDefault();
    const by = pressed.shiftKey ? 10 : 1;
    set(percent(inputs.x) + step[0] * by, percent(inputs.y) + step[1] * by);
  });
  for (const input of Object.values(inputs)) input.addEventListener("input", () => showPoint(mark));
  showPoint(mark);
}

// Awaited pictures: files dropped on a row fill it and the awaited rows below, one each, in order.
const waitingRows = () => [...document.querySelectorAll("#result_list tr:has([data-fill])")];
const token = () => document.querySelector("#changelist-form [name=csrfmiddlewaretoken]").value;
const cell = (row, name) => row.querySelector(`.field-${name}`);

function say(row, text, kind = "quiet") {
  let place = row.querySelector(".fill-says");
  if (!place) {
    place = document.createElement("p");
    place.setAttribute("role", "status");
    cell(row, "missing").append(place);
  }
  place.className = `fill-says ${kind}`;
  place.textContent = text;
}

// Sends one file; answers { status, body }, with status 0 if nothing came back.
function send(address, file, onProgress) {
  return new Promise((answer) => {
    const body = new FormData();
    body.append("file", file);
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", onProgress);
    request.addEventListener("loadend", () => answer({ status: request.status, body: request.response }));
    request.send(body);
  });
}

function showRow(row, said) {
  cell(row, "title").querySelector("a").textContent = said.title;
  cell(row, "state").textContent = said.state;
  cell(row, "credit").textContent = said.credit;
  cell(row, "missing").firstChild.textContent = `${said.missing} `;
  if (said.alike.length) showAlike(cell(row, "looks_like"), said.alike);
}

function showAlike(place, [first, ...more]) {
  const link = document.createElement("a");
  link.href = first.address;
  link.textContent = first.name;
  place.replaceChildren(link, more.length ? ` and ${more.length} more` : "");
}

// Asks for a row until its picture is ready or refused, for some 40 seconds; null if it is neither by then.
async function settled(address) {
  for (let wait = 2; wait < 10; wait += 1) {
    await new Promise((go) => { setTimeout(go, wait * 1000); });
    const said = await fetch(address).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (said?.is_settled) return said;
  }
  return null;
}

// A file that was taken may turn out to be cut off once a worker decodes it: then its row waits for another.
async function follow(row, file, door, empty) {
  const said = await settled(door.dataset.fill);
  if (!said) return;
  showRow(row, said);
  if (!said.refusal) return;
  row.querySelector(".picture-thumbnail").replaceWith(empty);
  row.querySelector(".fill-says").before(door);
  say(row, `${file.name}: ${said.refusal}`, "problem");
}

// Of a HEIC file there is nothing a browser shows before its first JPEG is made: some seconds.
function thumbnail(address) {
  const picture = new Image();
  let tries = 0;
  picture.className = "picture-thumbnail";
  picture.height = 60;
  picture.alt = "";
  picture.src = address;
  picture.addEventListener("error", () => {
    tries += 1;
    if (tries < 15) setTimeout(() => { picture.src = `${address}&try=${tries}`; }, 1000);
  });
  return picture;
}

async function fill(row, file) {
  const door = row.querySelector("[data-fill]");
  const bar = document.createElement("progress");
  door.after(bar);
  door.hidden = true;
  say(row, `Sending ${file.name}`);
  const { status, body } = await send(door.dataset.fill, file, (sent) => {
    if (sent.lengthComputable) [bar.max, bar.value] = [sent.total, sent.loaded];
  });
  bar.remove();
  door.hidden = false;
  if (status === 200 && body) {
    const empty = row.querySelector(".picture-awaited");
    showRow(row, body);
    empty.replaceWith(thumbnail(body.preview));
    door.remove();
    say(row, `${file.name} is here.`);
    follow(row, file, door, empty);
  } else {
    const sentence = body?.refused ?? (status ? "It was not taken." : "The connection broke.");
    say(row, `${file.name}: ${sentence}${body?.refused ? "" : " Reload the page and send it again."}`, "problem");
  }
}

async function fillFrom(row, files) {
  const rows = waitingRows();
  const names = files.map((file) => file.name).join(", ");
  if (!rows.includes(row)) {
    say(row, `This picture has a file by now; not sent: ${names}.`, "problem");
    return;
  }
  const places = rows.slice(rows.indexOf(row));
  const left = files.slice(places.length).map((file) => file.name);
  for (const [number, place] of places.entries()) {
    if (files[number]) await fill(place, files[number]);
  }
  if (left.length) say(places.at(-1), `No awaited picture was left for ${left.join(", ")}.`, "problem");
}

// One drop after the other: a second one must not reach for rows that the first is filling.
let turn = Promise.resolve();
const fillInTurn = (row, files) => { turn = turn.then(() => fillFrom(row, files)); };

function offerFiles(row) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.accept = "image/*";
  chooser.multiple = true;
  chooser.addEventListener("change", () => {
    fillInTurn(row, [...chooser.files]);
    chooser.value = "";
  });
  row.querySelector("[data-fill]").addEventListener("click", (clicked) => {
    clicked.preventDefault();
    chooser.click();
  });
}

const hasFiles = (dragged) => dragged.dataTransfer?.types.includes("Files");
const rowUnder = (dragged) => dragged.target.closest?.("#result_list tr:has([data-fill])");
const light = (row) => {
  for (const lit of document.querySelectorAll("tr.is-target")) lit.classList.remove("is-target");
  row?.classList.add("is-target");
};

if (waitingRows().length) {
  document.querySelector(".fill-hint").hidden = false;
  waitingRows().forEach(offerFiles);
  document.addEventListener("dragover", (dragged) => {
    if (!hasFiles(dragged)) return;
    if (dragged.target.closest?.("input[type=file]")) return;
    dragged.preventDefault(); // a file dropped beside a row must not take the place of the page
    dragged.dataTransfer.dropEffect = rowUnder(dragged) ? "copy" : "none";
    light(rowUnder(dragged));
  });
  document.addEventListener("dragleave", (dragged) => {
    if (!dragged.relatedTarget) light(null);
  });
  document.addEventListener("drop", (dropped) => {
    if (!hasFiles(dropped) || dropped.target.closest?.("input[type=file]")) return;
    dropped.preventDefault();
    const row = rowUnder(dropped);
    light(null);
    if (row) fillInTurn(row, [...dropped.dataTransfer.files]);
  });
}
