// One phone: a person, their chat with the bot, and what they can do.

import { get, post } from "./server.js";
import { words, ZONE } from "./words.js";

const NAMES = { photo: "🖼 Photo", voice: "🎤 Voice note", document: "📄 File", contact: "👤 Contact", location: "📍 Location" };

export class Phone {
  constructor(person, state, gone) {
    this.state = state;
    this.node = document.getElementById("phone").content.firstElementChild.cloneNode(true);
    this.part = (name) => this.node.querySelector(`.${name}`);
    this.gone = gone;
    this.bind();
    this.list();
    this.hold(person);
  }

  bind() {
    this.part("who").addEventListener("change", (event) => this.hold(Number(event.target.value)));
    this.part("shut").addEventListener("click", () => this.gone(this));
    this.part("block").addEventListener("click", () => this.act("block", { blocked: !this.blocked }));
    this.part("attach").addEventListener("click", () => this.part("chosen").click());
    this.part("chosen").addEventListener("change", (event) => this.sendFile(event.target));
    this.part("photo").addEventListener("click", () => this.act("messages", { kind: "photo" }));
    this.part("voice").addEventListener("click", () => this.act("messages", { kind: "voice" }));
    this.part("slash").addEventListener("click", () => (this.part("menu").hidden = !this.part("menu").hidden));
    this.part("write").addEventListener("submit", (event) => this.send(event));
    this.node.querySelector("textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) this.send(event);
    });
  }

  list() {
    const who = this.part("who");
    who.replaceChildren(...this.state.people.map((person) => {
      const option = new Option(`${person.first_name} (${person.language_code})`, person.id);
      option.selected = person.id === this.person;
      return option;
    }));
  }

  hold(person) {
    this.person = person;
    this.part("who").value = person;
    this.node.dataset.person = person;
    this.fresh = true;
    this.look();
  }

  act(what, body) {
    return post(`/people/${this.person}/${what}`, body);
  }

  say(text) {
    return this.act("messages", { text });
  }

  send(event) {
    event.preventDefault();
    const area = this.node.querySelector("textarea");
    if (area.value.trim()) this.say(area.value);
    area.value = "";
  }

  async sendFile(input) {
    const [chosen] = input.files;
    if (!chosen) return;
    const address = await new Promise((done) => {
      const reader = Object.assign(new FileReader(), { onload: () => done(reader.result) });
      reader.readAsDataURL(chosen);
    });
    input.value = "";
    await this.act("messages", { kind: "document", file: { name: chosen.name, content: address.split(",")[1] } });
  }

  // One look at a time; what changes meanwhile is looked at right after.
  async look() {
    if (this.looking) return (this.again = true);
    this.looking = true;
    const person = this.person;
    const chat = await get(`/people/${person}/chat`);
    this.looking = false;
    if (person === this.person) this.show(chat);
    if (this.again) {
      this.again = false;
      this.look();
    }
  }

  show(chat) {
    this.blocked = chat.blocked;
    this.node.classList.toggle("blocked", chat.blocked);
    this.part("block").textContent = chat.blocked ? "Unblock" : "Block";
    const list = this.part("chat");
    const low = this.fresh || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    this.fresh = false;
    list.replaceChildren(...chat.messages.map((message) => this.message(message)));
    if (low) list.scrollTop = list.scrollHeight;
    this.part("menu").replaceChildren(...chat.commands.map((command) => this.command(command)));
  }

  message(message) {
    const item = document.createElement("li");
    item.className = `message ${message.from}`;
    item.dataset.testid = "message";
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    if (message.photo) bubble.append(Object.assign(new Image(), { src: message.photo, alt: message.caption ?? "" }));
    else if (message.document) bubble.append(file(message.document));
    else if (NAMES[message.kind]) bubble.append(NAMES[message.kind]);
    const text = message.text ?? message.caption;
    if (text) bubble.append(words(text, message.entities ?? message.caption_entities ?? [], this.opens()));
    bubble.append(this.stamp(message));
    item.append(bubble);
    if (message.reply_markup) item.append(this.keys(message));
    return item;
  }

  stamp(message) {
    const stamp = document.createElement("div");
    stamp.className = "stamp";
    const time = new Date(message.date * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
    stamp.textContent = [message.has_protected_content ? "🔒" : "", message.edited ? "edited" : "", time].filter(Boolean).join(" ");
    return stamp;
  }

  keys(message) {
    const keys = document.createElement("div");
    keys.className = "keys";
    for (const row of message.reply_markup.inline_keyboard) {
      const line = document.createElement("div");
      line.append(...row.map((button) => this.key(message, button)));
      keys.append(line);
    }
    return keys;
  }

  key(message, button) {
    const key = document.createElement("button");
    key.textContent = button.text;
    key.dir = "auto";
    if (button.style) key.className = button.style;
    key.addEventListener("click", () => this.act("presses", { message_id: message.message_id, data: button.callback_data }));
    return key;
  }

  command(command) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("b");
    name.textContent = `/${command.command}`;
    button.append(name, command.description);
    button.addEventListener("click", () => {
      this.part("menu").hidden = true;
      this.say(`/${command.command}`);
    });
    item.append(button);
    return item;
  }

  opens() {
    return {
      language: this.state.people.find((person) => person.id === this.person)?.language_code || "en",
      command: (text) => this.say(text),
      address: (address) => {
        const found = /t\.me\/(\w+)(?:\?start=([\w-]+))?/.exec(address);
        if (found && found[1] === this.state.username) this.say(found[2] ? `/start ${found[2]}` : "/start");
      },
    };
  }

  toast(text) {
    const toast = this.part("toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.fading);
    this.fading = setTimeout(() => (toast.hidden = true), 6000);
  }
}

// A file that can be saved under its name.
function file(document_) {
  const link = document.createElement("a");
  link.className = "file";
  link.href = document_.url;
  link.download = document_.name;
  link.dir = "auto";
  const size = document.createElement("small");
  size.textContent = `${Math.max(1, Math.round(document_.size / 1024))} kB`;
  link.append("📄 ", document_.name, " ", size);
  return link;
}
