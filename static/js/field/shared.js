// Photographs that the phone's gallery shared with the app: the worker keeps them until they are on the sheet.

const SHARED = "newsroom-shared";

// Whether the page was opened by sharing and nothing came of it.
export const isLost = () => new URLSearchParams(location.search).get("shared") === "lost";

// What is still to be taken, in the order it was shared: [{ file, done }]; `done` forgets it.
export async function waiting() {
  if (!("caches" in window) || !(await caches.has(SHARED))) return [];
  const cache = await caches.open(SHARED);
  const requests = await cache.keys();
  return Promise.all(requests.map(async (request) => {
    const kept = await cache.match(request), { headers } = kept;
    const name = decodeURIComponent(headers.get("File-Name"));
    const file = new File([await kept.blob()], name, { type: headers.get("Content-Type") ?? "", lastModified: Number(headers.get("File-Changed")) });
    return { file, done: () => cache.delete(request) };
  }));
}
