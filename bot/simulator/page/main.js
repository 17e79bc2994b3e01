// The table: phones side by side, a clock that can be moved, and people to add.

import { get, listen, post } from "./server.js";
import { Phone } from "./phone.js";

const state = { people: [], username: "" };
const phones = new Set();
const find = (id) => document.getElementById(id);

async function start() {
  const about = await get("/about");
  state.username = about.username;
  find("sample").hidden = !about.sample_available || about.sampled;
  find("sampled").hidden = !about.sampled;
  await people();
  for (const person of state.people.slice(0, innerWidth > 820 ? 3 : 1)) add(person.id);
  bind();
  listen(heard, refresh);
  setInterval(clock, 1000);
  clock();
}

async function people() {
  state.people = await get("/people");
  for (const phone of phones) phone.list();
}

function add(person) {
  const phone = new Phone(person, state, remove);
  phones.add(phone);
  find("phones").append(phone.node);
}

function remove(phone) {
  phones.delete(phone);
  phone.node.remove();
}

function refresh() {
  people();
  for (const phone of phones) phone.look();
}

function heard(event) {
  if (event.kind === "people") people();
  if (event.kind === "clock") clock();
  for (const phone of phones) {
    if (event.kind === "commands" || event.chat === phone.person) phone.look();
    if (event.kind === "toast" && event.chat === phone.person) phone.toast(event.text);
  }
}

function bind() {
  find("more").addEventListener("click", () => {
    const held = new Set([...phones].map((phone) => phone.person));
    const free = state.people.find((person) => !held.has(person.id)) ?? state.people[0];
    if (free) add(free.id);
  });
  find("sample").addEventListener("click", sample);
  find("newcomer").addEventListener("submit", newcomer);
  find("moment").addEventListener("change", (event) => post("/clock", { now: `${event.target.value}:00+03:00` }));
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => jump(button.dataset.jump));
  }
}

async function sample() {
  find("sample").disabled = true;
  find("sample").textContent = "Loading…";
  await post("/sample");
  find("sample").hidden = true;
  find("sampled").hidden = false;
}

async function newcomer(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const person = await post("/people", { first_name: form.get("name"), language_code: form.get("language") });
  event.target.reset();
  await people();
  add(person.id);
}

async function jump(to) {
  if (to !== "friday") return post("/clock", { advance: Number(to) });
  const now = new Date((await get("/clock")).now);
  const next = new Date(now);
  next.setUTCHours(15, 0, 0, 0); // 18:00 in Nairobi
  while (next.getUTCDay() !== 5 || next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return post("/clock", { now: next.toISOString() });
}

async function clock() {
  const now = new Date((await get("/clock")).now);
  const shown = { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Africa/Nairobi" };
  document.querySelector(".clock").textContent = `${now.toLocaleString("en-GB", shown)} Nairobi`;
}

start();
