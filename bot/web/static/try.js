/** The try-it page: sends what the visitor types, asks what was said since, and shows who holds the conversation. */

import { spoken } from "./shown.js";
import { Tail } from "./tail.js";
import { Log } from "./try_log.js";

const QUICK = 2000; // milliseconds between two looks at the conversation
const SLOW = 10000; // the same while the tab is hidden
const PATIENCE = 20000; // the server holds an answer for 9 s at most
const TRIES = 3; // of one message while the server says that it is busy
const PICTURE = "[图片]";
const STATUS = { bot: "机器人接待", queue: "已转人工，等待客服", agent: "客服正在接待" };

const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const log = new Log(page.log, deliver);
const tail = new Tail(page.scroller, page.inner, page.newer);

/** What is known of this customer; replaced whole for a new one, so that late answers for the old one are told. */
let visit = opened();
let looking = Promise.resolve();
let misses = 0;

function opened() {
  return { conversation: "", seen: 0, holder: "bot", ticket: null, owed: false, sending: new Set() };
}

const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Sending

function say(text, picture = false) {
  const words = text.trim();
  if (!words && !picture) return;
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  page.empty.hidden = true;
  log.message({ id, author: "customer", text: picture ? PICTURE : words, at: new Date() });
  tail.toEnd();
  deliver(id, picture ? PICTURE : words);
}

async function deliver(id, text) {
  const mine = visit;
  log.failed(id, false);
  mine.sending.add(id);
  showState();
  const said = text === PICTURE ? { picture: true } : { text };
  const sent = await post("/try/messages", { id, ...said, stage: page.stage.value, product: page.product.value });
  if (mine !== visit) return;
  await look();
  mine.sending.delete(id);
  log.failed(id, !sent);
  showState();
}

/** Whether the server has taken it in. A repeated id is answered, not handled, again: trying again is safe. */
async function post(path, body) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
      await answer.text(); // what was said comes with the next look; an unread body would keep its connection
      if (answer.status !== 503 || attempt === TRIES) return answer.ok;
    } catch {
      return false;
    }
    await rest(1000);
  }
}

// Looking

/** Ask what is new; one question at a time, so that answers come in order. */
function look() {
  looking = looking.then(ask);
  return looking;
}

async function ask() {
  const mine = visit;
  try {
    const answer = await fetch(`/try/messages?after=${mine.seen}`, { signal: AbortSignal.timeout(PATIENCE / 2) });
    if (answer.status === 400) {
      warn("页面已过期，请刷新后继续（需要允许 Cookie）");
      return;
    }
    if (!answer.ok) throw new Error(answer.statusText);
    const view = await answer.json();
    if (mine === visit) show(view);
    misses = 0;
  } catch {
    misses += 1;
  }
  warn(misses < 2 ? "" : "连接中断，正在重新连接…");
}

function warn(text) {
  page.offline.hidden = !text;
  if (page.offline.textContent !== text) page.offline.textContent = text;
}

async function watch() {
  for (;;) {
    await look();
    await rest(document.hidden ? SLOW : QUICK);
  }
}

// Showing

function show(view) {
  if (visit.conversation && visit.conversation !== view.conversation) { // another tab became another customer
    begin();
    look();
    return;
  }
  const before = visit.seen;
  let news = false;
  for (const message of view.messages) {
    news = log.message(message) || news;
    visit.seen = Math.max(visit.seen, message.seq);
  }
  if (view.shop) page.shop.textContent = view.shop;
  tellTicket(visit.ticket, view.ticket, before);
  Object.assign(visit, {
    conversation: view.conversation, holder: view.holder, ticket: view.ticket, owed: view.answer_owed,
  });
  tail.follow(news);
  showState();
}

/** Say what became of the request for a human, where it happened. */
function tellTicket(old, ticket, seenBefore) {
  if (old && old.id !== ticket?.id) {
    log.notice(`${old.id}-done`, "人工服务已结束，机器人小助手继续为您服务", visit.seen);
  }
  if (!ticket) return;
  const promise = `已转人工，承诺 ${spoken(new Date(ticket.deadline))} 前回复您`;
  const late = ticket.overdue && ticket.state === "waiting";
  log.notice(ticket.id, late ? `${promise}，已为您加急` : promise, log.lastUntil(new Date(ticket.opened_at)), "handoff");
  if (ticket.state === "claimed" && old?.id === ticket.id && old.state === "waiting") {
    log.notice(`${ticket.id}-claimed`, "客服已接入，正在查看您的问题", seenBefore);
  }
}

function showState() {
  const typing = visit.holder !== "agent" && (visit.owed || visit.sending.size > 0);
  if (typing !== (page.typing.textContent !== "")) page.typing.textContent = typing ? "对方正在输入" : "";
  if (page.status.textContent !== STATUS[visit.holder]) page.status.textContent = STATUS[visit.holder];
  page.status.dataset.holder = visit.holder;
  page.empty.hidden = log.size > 0;
  page.desk.hidden = !visit.ticket;
  if (visit.ticket) {
    page.claim.textContent = `kefu queue claim ${visit.ticket.id}`;
    page.reply.textContent = `kefu queue reply ${visit.ticket.id} "您好"`;
    page.resolve.textContent = `kefu queue resolve ${visit.ticket.id}`;
  }
}

function begin() {
  visit = opened();
  log.clear();
  tail.toEnd();
  showState();
}

// Typing

function grow() {
  page.input.style.height = "auto";
  page.input.style.height = `${page.input.scrollHeight + page.input.offsetHeight - page.input.clientHeight}px`;
}

page.input.addEventListener("input", grow);
page.input.addEventListener("keydown", (event) => {
  const composing = event.isComposing || event.keyCode === 229; // 229: Safari ends the composition before this event
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  page.composer.requestSubmit();
});
page.composer.addEventListener("submit", (event) => {
  event.preventDefault();
  say(page.input.value);
  page.input.value = "";
  grow();
  page.input.focus();
});
page.chips.addEventListener("click", (event) => {
  if (event.target instanceof HTMLButtonElement) say(event.target.textContent);
});
page.fresh.addEventListener("click", async () => {
  page.fresh.disabled = true;
  if (await post("/try/new", {})) begin();
  page.fresh.disabled = false;
});
page.picture.addEventListener("click", () => say("", true));

/** What the visitor may be looking at, as a platform would tell the shop. */
async function stock() {
  try {
    const answer = await fetch("/try/products");
    for (const { id, title } of answer.ok ? await answer.json() : []) page.product.append(new Option(title, id));
  } catch {
    // the page works without a product
  }
}

document.addEventListener("visibilitychange", () => document.hidden || look());

stock();
watch();
