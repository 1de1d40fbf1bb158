/** The agents' desk: brings list, conversation and side together, and follows the server's events. */

import { tell } from "../shown.js";
import { Acts } from "./acts.js";
import { Advice } from "./advice.js";
import { Alert } from "./alert.js";
import { get, whoami } from "./api.js";
import { Cases } from "./cases.js";
import { Composer } from "./compose.js";
import { Drafts } from "./drafts.js";
import { bind } from "./hands.js";
import { showHead } from "./head.js";
import { List } from "./list.js";
import { follow } from "./live.js";
import { showOffer } from "./offer.js";
import { Presence } from "./presence.js";
import { Promises } from "./promises.js";
import { Quick } from "./quick.js";
import { showSide } from "./side.js";
import { Similar } from "./similar.js";
import { Store } from "./store.js";
import { Suggestions } from "./suggest.js";
import { Talk } from "./talk.js";
import { Tempers } from "./tempers.js";
import { linesOf } from "./whispers.js";

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const me = await whoami();
const store = new Store(me.name);

/** What the parts of the desk know of each other. */
const desk = {
  page, store, shop: me.shop, isLead: me.role !== "agent", drafts: new Drafts(), talk: new Talk(page),
  open: null, // the id of the open conversation
  detail: null, // what the server last told of it
  choose, load, look, changed, sent, show, showSuggestions,
  row: () => store.get(desk.open),
  isMe: (name) => store.isMe(name),
  isMine: () => store.isMine(desk.row() ?? {}),
  written: () => desk.advice.look(() => page.draft.value),
  complain: (text) => (desk.open ? desk.composer.notice(text) : tell(page.aloud, text)),
};
desk.list = new List(page, store, { choose, hasDraft: (id) => desk.drafts.has(id) });
desk.suggestions = new Suggestions(page.suggestions);
desk.acts = new Acts(page, desk);
desk.advice = new Advice(page.findings, (text) => desk.composer.write(text));
desk.composer = new Composer(page, desk);
desk.quick = new Quick(page, desk);
desk.promises = new Promises(page, desk);
desk.tempers = new Tempers(page, desk);
desk.similar = new Similar(page.similar, desk);
const alert = new Alert(page, store, ["lead", "admin"].includes(me.role));
const cases = new Cases(page.cases);
let asked = 0; // of the questions for the open conversation, the newest

/** Open a conversation; what was typed in the one before stays there. */
function choose(id) {
  show("talk");
  if (id === desk.open) return undefined;
  desk.list.current = id;
  [desk.open, desk.detail] = [id, null];
  for (const part of [page.who, page.scroller, page.write, page.note]) part.hidden = false;
  page.welcome.hidden = true;
  desk.quick.close();
  page.note.reset();
  desk.talk.clear();
  desk.composer.show();
  look();
  return load(false);
}

/** Ask for the open conversation; answers that are no longer the newest are left aside. */
async function load(fresh = true) {
  const turn = ++asked;
  desk.tempers.load(fresh);
  try {
    const told = await get(`/v1/desk/conversations/${encodeURIComponent(desk.open)}`);
    if (turn !== asked) return;
    desk.detail = told;
    store.put(told.row);
    desk.talk.show([...told.messages, ...linesOf(told.supervisions)], fresh);
    look();
    cases.show(desk.open);
    desk.similar.show(desk.open, desk.talk.customerSeq);
  } catch (refused) {
    if (turn === asked) desk.complain(refused.message);
  }
}

/** Show the open conversation as it is known now; what the agent looks at is read. */
function look() {
  const row = desk.row();
  if (!row) return;
  if (!document.hidden) store.look(row.id);
  desk.list.show();
  showHead(page, row, desk.isMine());
  showOffer(page, store, row, desk.detail?.summary);
  showSuggestions();
  if (desk.detail) showBeside(row, desk.detail);
}

function showBeside(row, detail) {
  showSide(page.facts, row, detail, store.now(), desk.promises.part(detail.side.promises));
  desk.promises.tick();
  if (!page["note-order"].value) page["note-order"].value = detail.side.order_id;
}

function showSuggestions() {
  const taken = desk.drafts.of(desk.open).taken?.id ?? "";
  desk.suggestions.show(desk.detail?.suggestions ?? [], desk.talk.customerSeq, taken);
}

/** One pane at a time on a phone. */
function show(pane) {
  document.body.dataset.pane = pane;
}

/** A change of the agent's own is done: its row is as the server answered. */
function changed(row) {
  store.put(row);
  if (row.id !== desk.open) return desk.list.show();
  if (store.isMine(row)) desk.list.open("mine");
  look();
  return load();
}

function sent({ message, row }) {
  if (row.id === desk.open) {
    desk.talk.show([message]);
    desk.talk.toEnd();
  }
  return changed(row);
}

function hear(kind, number, { conversation, row, message }) {
  if (kind === "message") {
    if (conversation !== desk.open) return;
    desk.talk.show([message]);
    showSuggestions();
    return;
  }
  const before = store.get(conversation);
  if (!store.apply(number, row)) return;
  alert.hear(before, row, desk.open);
  desk.promises.stir();
  desk.list.show();
  if (conversation !== desk.open) return;
  look();
  load();
}

async function begin() {
  const snapshot = await get("/v1/desk/snapshot");
  store.replace(snapshot);
  desk.list.show();
  alert.count();
  desk.promises.stir();
  if (desk.open) load();
  else if (store.get(location.hash.slice(1))) choose(location.hash.slice(1)); // a lead comes from the supervisor view
  return snapshot.event;
}

bind(desk);
const presence = new Presence(page.presence);
presence.start(location.hash ? "busy" : "online"); // who comes to answer one customer is not given others
setInterval(() => {
  presence.beat();
  desk.list.tick();
  desk.promises.tick();
  alert.count();
}, 1000);
document.addEventListener("visibilitychange", () => document.hidden || look());
follow({ hear, load: begin, knock: () => presence.knock(), connected: (yes) => tell(page.line, yes ? "" : "连接中断，正在重新连接…") });
