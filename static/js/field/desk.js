// A post as the newsroom has it, made into a row of the outbox: to mend, correct or withdraw here what was filed from
// anywhere, or changed by the desk meanwhile.

import { ask } from "./newsroom.js";
import { isFormatted, readable, saidIn, textOf } from "./words.js";

// `row`: what this phone has of it already, if anything. Throws NotDone.
export async function asRow(id, { row = null, person, event }) {
  const { body: post } = await ask(`posts/${id}/`);
  const known = new Map((row?.photographs ?? []).map((one) => [one.id, one]));
  const photographs = await Promise.all(post.images.map((item) => photographOf(item, known.get(item.image))));
  const [first, ...moreQuotes] = post.quotes;
  const fields = {
    text: textOf(post.body), headline: post.headline, keynote: post.keynote ?? "", key_event: post.key_event,
    quote: first ?? null,
  };
  return {
    id, person: person.id, by: person.name, event: post.event, eventTitle: event?.title ?? post.event, filedAt: post.happened_at ?? new Date().toISOString(),
    ...row, fields, photographs, moreQuotes, version: post.version, state: post.state,
    before: { fields, photographs, moreQuotes }, mine: [saidIn(post)], isFormatted: isFormatted(post.body), reads: readable(post),
  };
}

async function photographOf({ image, caption: inPost }, known) {
  if (known && !known.isDescribed) return { ...known, inPost }; // her words are still to be said, or were refused
  const body = await wordsOf(image);
  if (!body) return { id: image, state: "kept", name: "A photograph of the desk’s", isTheirs: true, isDescribed: true, refused: null, alt_text: "", credit: "", caption: "", inPost };
  const { alt_text, credit, caption, captured_at, thumbhash, version } = body;
  const said = { alt_text, credit, caption, captured_at: known?.capturedAt ?? captured_at ?? "", thumbhash: known?.thumbhash ?? thumbhash };
  const words = { alt_text, credit, caption, said, version, inPost };
  if (known) return { ...known, ...words };
  return { id: image, state: "kept", name: "Photograph", size: 0, capturedAt: said.captured_at, thumbhash, isDescribed: true, refused: null, ...words };
}

// null: it is somebody else's, and she may not change it.
async function wordsOf(image) {
  try {
    return (await ask(`images/${image}/`)).body;
  } catch (error) {
    if (![403, 404].includes(error.status)) throw error;
    return null;
  }
}
