// On the page without the app: says where it is, or why this browser cannot have it.

const link = document.getElementById("to-app");
const why = document.getElementById("no-app");

if (!window.isSecureContext) {
  why.hidden = false;
} else if ("indexedDB" in window && "serviceWorker" in navigator) {
  link.hidden = false;
}
