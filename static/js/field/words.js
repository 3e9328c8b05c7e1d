// What she writes, as a post has it, and back.

// A blank line between paragraphs.
export function htmlOf(text) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r\n", "\n");
  const blocks = escaped.split(/\n[ \t]*\n+/).map((block) => block.trim()).filter(Boolean);
  return blocks.map((block) => `<p>${block.replaceAll("\n", "<br>")}</p>`).join("");
}

export function textOf(html) {
  const spaced = html.replaceAll(/<br ?\/?>/g, "\n").replaceAll(/<\/(p|li|blockquote)>/g, "\n\n$&");
  return new DOMParser().parseFromString(spaced, "text/html").body.textContent.replaceAll(/\n{3,}/g, "\n\n").trim();
}

// Whether the desk gave it what this form cannot show: bold words, a link, a list.
export const isFormatted = (html) => htmlOf(textOf(html)) !== html;

const alike = (text) => (text ?? "").replaceAll(/\s+/g, " ").trim();
const wordsOf = (html = "") => (isFormatted(html) ? html : alike(textOf(html)));

// What a post says, to compare it with what it said before: a version may go up without a word being changed. All of it
// that this phone could overwrite.
export function saidIn({ headline, body, keynote, key_event, quotes = [], images = [] }) {
  const quoted = quotes.map(({ speaker, attribution, text, verbatim, checked }) => [speaker || "", alike(attribution), alike(text), Boolean(verbatim), Boolean(checked)]);
  const shown = images.map(({ image, caption }) => [image, caption ?? ""]);
  return JSON.stringify([alike(headline), wordsOf(body), keynote || "", Boolean(key_event), quoted, shown]);
}

// As somebody reads it who has to choose between it and her own.
export function readable({ headline, body, quotes, images, keynote, key_event }) {
  const quoted = quotes.map(({ text }) => `“${text}”`);
  const around = [keynote && `In “${keynote}”`, key_event && "Key event", images.length && `Photographs: ${images.length}`].filter(Boolean);
  return [headline, textOf(body), ...quoted, around.join(" · ")].filter(Boolean).join("\n\n");
}

// All that a filing says.
export function whole({ fields, photographs, moreQuotes = [] }) {
  const { text, headline, keynote, key_event, quote } = fields;
  return {
    headline,
    body: htmlOf(text),
    keynote: keynote || null,
    key_event,
    quotes: [...(quote ? [quote] : []), ...moreQuotes],
    images: photographs.map(({ id, inPost }) => (inPost ? { image: id, caption: inPost } : { image: id })),
  };
}

// What is sent of it: the same bytes each time, for a repeat is known by them. Of what the newsroom has already
// (`before`: as it was sent, or opened from the desk) only what she changed, so that the desk's bold words, links and
// captions stay.
export function bodyOf({ event, version, press, filedAt, before, ...row }) {
  const all = whole(row), were = before && whole(before);
  const named = Object.entries(all).filter(([name, value]) => !were || JSON.stringify(value) !== JSON.stringify(were[name]));
  const { text } = row.fields;
  const isNew = { kind: text ? "update" : row.photographs.length ? "photo" : "quote", happened_at: filedAt };
  return { event, version, ...(before ? {} : isNew), ...Object.fromEntries(named), ...(press === "send" ? { submit: true } : {}) };
}
