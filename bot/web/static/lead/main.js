/** The supervisor view: loads who waits, who has what in hand and what went wrong, and follows the server's events. */

import { tell } from "../shown.js";
import { get, whoami } from "../desk/api.js";
import { follow } from "../desk/live.js";
import { Presence } from "../desk/presence.js";
import { waitsSince } from "../desk/store.js";
import { lasted } from "../desk/words.js";
import { Flags } from "./flags.js";
import * as orders from "./orders.js";
import { Team } from "./team.js";
import { Waiting } from "./waiting.js";
import { Watch } from "./watch.js";

const BREATH = 1500; // milliseconds between two loads, however much happens
const AT_LEAST = 15000; // milliseconds after which it is loaded without an event: agents are gone silently
const TITLE = document.title;

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const me = await whoami();
const watch = new Watch(page);
const waiting = new Waiting(page, look);
const flags = new Flags(page, { open: look, see });
const team = new Team(page);
let shown = null; // the view as the server last told it
let ahead = 0; // milliseconds by which the server's clock is ahead of this one
let [loaded, timer] = [0, 0];

const now = () => Date.now() + ahead;

async function load() {
  loaded = Date.now();
  shown = await get("/v1/desk/lead");
  ahead = Date.parse(shown.now) - Date.now();
  show();
  return shown.event;
}

/** Load the view soon, once for all that happens until then. */
function loadSoon() {
  if (timer) return;
  timer = setTimeout(async () => {
    timer = 0;
    await load().catch(() => {}); // the line says so by itself, and the next event or the next quarter minute mends it
  }, Math.max(0, loaded + BREATH - Date.now()));
}

function show() {
  waiting.show(shown.waiting.map((id) => shown.rows[id]), now());
  waiting.choose(watch.open);
  const raised = flags.show(shown.flags, shown.rows, now());
  team.show(shown.agents, now());
  document.title = raised ? `(${raised}) ${TITLE}` : TITLE;
  showWatched();
  tick();
}

function showWatched() {
  if (!watch.open) return;
  watch.showFlags(shown.flags.filter((flag) => flag.conversation === watch.open && !flag.seen_by));
}

function tick() {
  if (!shown) return;
  waiting.tick(now());
  team.tick(now());
  const [first] = shown.waiting;
  const longest = first ? `，最久 ${lasted((now() - waitsSince(shown.rows[first])) / 1000)}` : "";
  tell(page.tally, `${shown.waiting.length} 位在等${longest}`);
}

async function look(id, opener) {
  const looking = watch.look(id, opener);
  waiting.choose(id);
  showWatched();
  await looking;
}

/** Only what would work: who holds a conversation answers it at the desk. */
watch.mine = ({ holder, owner, id }) => {
  const mine = holder === "agent" && owner === me.name;
  page.take.hidden = mine;
  page.answer.hidden = !mine;
  page.answer.href = `/desk#${encodeURIComponent(id)}`;
};

/** Carry out an order on the conversation that is looked at, and say what came of it. */
async function order(carryOut, done) {
  const id = watch.open;
  if (!watch.row) return;
  watch.notice("");
  try {
    const row = await carryOut(watch.row);
    if (!row) return;
    loadSoon();
    if (watch.open !== id) return;
    watch.show(row);
    tell(page.aloud, done(row));
    if (!page.answer.hidden) page.answer.focus();
  } catch (refused) {
    if (watch.open === id) watch.notice(refused.message);
    loadSoon();
  }
}

async function see(id) {
  try {
    await orders.see(id);
    tell(page.aloud, "已处理");
  } catch (refused) {
    tell(page.line, refused.message);
  }
  loadSoon();
}

async function whisper(event) {
  event.preventDefault();
  const [id, text, button] = [watch.open, page["whisper-text"].value.trim(), event.submitter];
  if (!text) return;
  if (button) button.disabled = true;
  try {
    await orders.whisper(id, text);
    if (watch.open === id) page.whisper.reset();
    watch.notice("");
  } catch (refused) {
    watch.notice(refused.message);
  } finally {
    if (button) button.disabled = false;
  }
}

function hear(kind, _number, { conversation, row, message }) {
  if (kind === "row" && (row.holder !== "bot" || shown?.rows[conversation])) loadSoon(); // the bot's own talk is no news
  if (conversation !== watch.open) return;
  if (kind === "message") return void watch.hear(message);
  watch.show(row);
  watch.load();
}

page["watch-close"].addEventListener("click", () => close());
page.take.addEventListener("click", () => order((row) => orders.takeOver(page, row), () => "已接管，由您接待"));
page.reassign.addEventListener("click", () =>
  order((row) => orders.reassign(page, row, shown.agents, me.name), (row) => `已转给 ${row.owner}`));
page.see.addEventListener("click", () => watch.open && see(watch.open));
page.whisper.addEventListener("submit", whisper);
page["whisper-text"].addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.whisper.requestSubmit(page.whisper.querySelector("button"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && watch.open && !document.querySelector("dialog[open]")) close();
});

function close() {
  watch.close();
  waiting.choose(null);
}

const presence = new Presence(page.presence);
presence.knock(); // who opens the view is as before; nobody is given customers for looking
setInterval(() => {
  presence.beat();
  tick();
  if (Date.now() - loaded > AT_LEAST) loadSoon();
}, 1000);
follow({
  load, hear, knock: () => presence.knock(),
  connected: (yes) => tell(page.line, yes ? "" : "连接中断，正在重新连接…"),
});
