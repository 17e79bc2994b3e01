// Shows text with its entities as nodes of the page; no HTML is ever written as a string.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

// Where the phones of the page are.
export const ZONE = "Africa/Nairobi";

// Offsets count UTF-16 units, as JavaScript's own strings do.
export function words(text, entities, open) {
  const root = document.createElement("div");
  root.className = "words";
  root.dir = "auto";
  fill(root, text, 0, text.length, [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length), open);
  return root;
}

function fill(node, text, start, end, entities, open) {
  let at = start;
  while (entities.length && entities[0].offset < end) {
    const entity = entities.shift();
    const first = Math.max(entity.offset, at);
    const last = Math.min(entity.offset + entity.length, end);
    if (last <= first) continue;
    node.append(text.slice(at, first));
    const inner = [];
    while (entities.length && entities[0].offset < last) inner.push(entities.shift());
    const child = element(entity, text.slice(first, last), open);
    if (entity.type === "date_time") child.append(moment(entity, open.language) ?? text.slice(first, last));
    else fill(child, text, first, last, inner, open);
    node.append(child);
    at = last;
  }
  node.append(text.slice(at, end));
}

function element(entity, words, open) {
  if (entity.type === "bot_command") return link(() => open.command(words), words);
  if (entity.type === "url" || entity.type === "text_link") {
    const address = entity.url ?? words;
    return link(() => open.address(address), address);
  }
  const made = document.createElement(TAGS[entity.type] ?? "span");
  if (entity.type === "spoiler") made.className = "spoiler";
  if (entity.type === "date_time") made.title = words;
  return made;
}

// Shows a moment as a phone does, in its own language and zone, by its format; nothing where the words are to be shown.
function moment(entity, language) {
  const format = entity.date_time_format;
  if (!format || format === "r") return undefined;
  const shown = { timeZone: ZONE };
  if (format.includes("w")) shown.weekday = "long";
  if (/d/i.test(format)) Object.assign(shown, { day: "numeric", month: format.includes("D") ? "long" : "2-digit", year: "numeric" });
  if (/t/i.test(format)) Object.assign(shown, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if (format.includes("T")) shown.second = "2-digit";
  return new Intl.DateTimeFormat(language, shown).format(new Date(entity.unix_time * 1000));
}

function link(press, title) {
  const made = document.createElement("a");
  made.className = "link";
  made.role = "button";
  made.tabIndex = 0;
  made.title = title;
  made.addEventListener("click", press);
  made.addEventListener("keydown", (event) => event.key === "Enter" && press());
  return made;
}
