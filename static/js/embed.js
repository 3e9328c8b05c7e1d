// For another site's page that frames our coverage: gives the frame the height of what is in it, and keeps the reader's
// place when something is added above. Copied with the frame; it listens to our own origin and to nobody else.

(() => {
  const home = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe")].filter(({ src }) => src.startsWith(`${home}/embed/`));

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || data?.newsroom !== "height") return;
    const frame = frames().find(({ contentWindow }) => contentWindow === source);
    const { height, moved } = data;
    if (!frame || !(height > 0 && height < 1e6)) return;
    const isReadFurtherDown = frame.getBoundingClientRect().top < 0;
    frame.style.height = `${Math.ceil(height)}px`;
    if (isReadFurtherDown && Number.isFinite(moved)) scrollBy({ top: moved, behavior: "instant" });
  });

  for (const { contentWindow } of frames()) contentWindow.postMessage({ newsroom: "measure" }, "*");
})();
