// In a frame of another site's page: tells that page how tall this one is, and how far what is being read has moved, so
// that static/js/embed.js there can give the frame its height and keep the reader's place. The page is whole without it.

const root = document.documentElement;
const inSight = new Set();
let anchor = null; // the first post in sight
let top = 0; // where it stood, in pixels from this page's top

function look() {
  const seen = [...inSight].filter((post) => post.isConnected).map((post) => [placeOf(post), post]);
  [top, anchor] = seen.sort(([a], [b]) => a - b)[0] ?? [0, null];
}

function placeOf(post) {
  return post.getBoundingClientRect().top + scrollY;
}

function tell() {
  const moved = anchor?.isConnected ? Math.round(placeOf(anchor) - top) : 0;
  parent.postMessage({ newsroom: "height", height: root.offsetHeight, moved }, "*");
  look();
}

const sight = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen) isIntersecting ? inSight.add(target) : inSight.delete(target);
  look();
});

function watch() {
  for (const post of document.querySelectorAll("#posts article")) sight.observe(post);
}

// A link to a post that stands in this page leads to it here, not to our own page in the whole window.
function jump(event) {
  const link = event.target.closest("a[href*='#post-']");
  const isHere = link && new URL(link.href).pathname === new URL(document.baseURI).pathname;
  const post = isHere && document.getElementById(link.hash.slice(1));
  if (!post || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (post.tabIndex < 0) post.tabIndex = -1;
  post.focus({ preventScroll: true });
  post.scrollIntoView();
  parent.postMessage({ newsroom: "show", top: placeOf(post) }, "*");
}

if (parent !== window) {
  document.addEventListener("click", jump);
  new MutationObserver(watch).observe(document.body, { childList: true, subtree: true });
  new ResizeObserver(tell).observe(root);
  addEventListener("message", ({ source, data }) => source === parent && data?.newsroom === "measure" && tell());
  watch();
}
