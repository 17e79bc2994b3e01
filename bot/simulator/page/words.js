// Shows text with its entities as nodes of the page; no HTML is ever written as a string.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote" };

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
    fill(child, text, first, last, inner, open);
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
  if (entity.type === "date_time") made.title = new Date(entity.unix_time * 1000).toLocaleString();
  return made;
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
