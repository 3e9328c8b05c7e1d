// A form that carries what a passkey answered. Without script, without passkeys, there is the password or a code.

// A passkey belongs to a name: no browser makes one at an address of numbers (WebAuthn, section 5.1.2).
const BY_NUMBER = /^[\d.]+$|^\[/;
const THIS_MACHINE = /^127\.|^\[::1\]$/;

// What a browser says by the names of errors; it does not tell a passkey that is not there from one refused.
const SAID = {
  create: {
    NotAllowedError: "No passkey was made: it was cancelled, or it took too long. Try again.",
    InvalidStateError: "This device has a passkey of yours already. Add one on another device.",
    ConstraintError: "This device cannot keep a passkey that opens with a finger, a face or a PIN. Use another device.",
    NotSupportedError: "This device cannot keep a passkey of the kind that is needed here. Use another device.",
  },
  get: {
    NotAllowedError: "No passkey answered: it was cancelled, it took too long, or none of this newsroom is on this device. Try again.",
  },
};
const ADDRESS = "Passkeys do not work at this address. Open the newsroom at its own address, which begins with https://.";
const NO_ANSWER = "The newsroom did not answer. Look whether you are connected and try again.";

class Unanswered extends Error {}

// Why there can be no passkey on this page; "" if there can.
function obstacle() {
  if (BY_NUMBER.test(location.hostname)) return "A passkey belongs to a name, and this page was opened by a number.";
  if (!isSecureContext) return ADDRESS;
  if (!webauthnJSON.supported()) return "This browser knows no passkeys.";
  return "";
}

// The same page by this machine's name; "" on another machine.
function byName() {
  if (!THIS_MACHINE.test(location.hostname)) return "";
  const address = new URL(location.href);
  address.hostname = "localhost";
  return address.href;
}

// Says what is wrong, where the same page would do, and what else leads on; nothing for "".
function say(form, sentence, address = "") {
  const place = form.querySelector("[data-said]");
  place.hidden = !sentence;
  place.textContent = sentence;
  if (address) place.append(" On this machine open ", Object.assign(document.createElement("a"), { href: address, textContent: address }), ".");
  if (sentence) place.append(` ${form.dataset.instead}`);
}

async function options(form) {
  const address = form.dataset.optionsAt;
  if (!address) return JSON.parse(document.querySelector("#passkey-options").textContent);
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok) throw new Unanswered();
  return answer.json();
}

async function answer(form) {
  const asked = await options(form);
  if (form.dataset.passkey === "create") return webauthnJSON.create(asked.creation_options);
  return webauthnJSON.get(asked.request_options);
}

function sentence(form, error) {
  if (error instanceof Unanswered) return NO_ANSWER;
  if (error.name === "SecurityError") return ADDRESS;
  return SAID[form.dataset.passkey][error.name] ?? `The passkey failed (${error.name}). Try again.`;
}

function arm(form) {
  const answered = form.elements.credential;
  let asking = false;
  form.hidden = false;
  if (form.dataset.passkey === "create") say(form, obstacle(), byName());
  form.addEventListener("submit", async (event) => {
    if (answered.value) return;
    event.preventDefault();
    event.stopPropagation(); // nothing is on its way yet
    if (asking) return;
    asking = true;
    say(form, obstacle(), byName());
    try {
      if (obstacle()) return;
      answered.value = JSON.stringify(await answer(form));
      form.requestSubmit();
    } catch (error) {
      say(form, sentence(form, error));
    } finally {
      asking = false;
    }
  });
}

// Back from the browser's cache: an answer is good once.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-passkey]")) form.elements.credential.value = "";
});

for (const form of document.querySelectorAll("form[data-passkey]")) arm(form);
