// For another site's page that frames our coverage: gives the frame the height of what is in it, keeps the reader's
// place when something is added above, and goes to a post that is asked for inside. Copied with the frame; it listens to
// our own origin and to nobody else.

(() => {
  const home = new URL(document.currentScript.src).origin;
  const known = (window.newsroomFrames ??= new Set());
  if (known.has(home)) return; // two frames on one page come with two of these
  known.add(home);
  const frames = () => [...document.querySelectorAll("iframe")].filter(({ src }) => src.startsWith(`${home}/embed/`));

  function resize(frame, { height, moved }) {
    if (!(height > 0 && height < 1e6)) return;
    const isReadFurtherDown = frame.getBoundingClientRect().top < 0;
    frame.style.height = `${Math.ceil(height)}px`;
    if (isReadFurtherDown && Number.isFinite(moved)) scrollBy({ top: moved, behavior: "instant" });
  }

  function show(frame, { top }) {
    if (Number.isFinite(top)) scrollBy({ top: frame.getBoundingClientRect().top + top });
  }

  addEventListener("message", ({ origin, source, data }) => {
    const frame = origin === home && frames().find(({ contentWindow }) => contentWindow === source);
    if (!frame) return;
    if (data?.newsroom === "height") resize(frame, data);
    if (data?.newsroom === "show") show(frame, data);
  });

  for (const { contentWindow } of frames()) contentWindow.postMessage({ newsroom: "measure" }, "*");
})();
