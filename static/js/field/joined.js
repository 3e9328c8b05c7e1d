// On the page that a one-time link opens: keeps the token it hands over, for the app on this phone.

import { persist } from "./database.js";
import { signIn } from "./newsroom.js";

const { token, expiry } = document.getElementById("device").dataset;
const link = document.getElementById("to-app");

if (window.isSecureContext && "indexedDB" in window && "serviceWorker" in navigator) {
  await signIn({ token, expiry });
  await persist();
  await navigator.serviceWorker.register(link.dataset.worker, { scope: "/field/" }).catch(() => {}); // the app tries again, and says so
  link.hidden = false;
}
