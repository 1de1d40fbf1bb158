/** The middle pane's messages: customer, bot and agents told apart, and why the bot said what it said. */

import { make, spoken } from "../shown.js";
import { Tail } from "../tail.js";
import { cardOf, hasPicture, linkTo, pictureOf } from "./cards.js";
import { AUTHORS, fate, gist } from "./words.js";

const PAUSE = 5 * 60 * 1000; // a longer silence gets a time above the next message

export class Talk {
  #log;
  #tail;
  #items = new Map(); // message id → its node and what it shows

  constructor(page) {
    this.#log = page.log;
    this.#tail = new Tail(page.scroller, page.log, page.newer);
  }

  /** Begin with another conversation. */
  clear() {
    this.#items.clear();
    this.#log.replaceChildren();
    this.#tail.toEnd();
  }

  /** Show messages, new ones and known ones that changed. `fresh` is false for a conversation just opened: then
   * nothing is announced as news. */
  show(messages, fresh = true) {
    let news = false;
    for (const message of messages) news = this.#put(message) || news;
    this.#arrange();
    this.#tail.follow(news && fresh);
  }

  /** The number of the newest message of the customer on the screen. */
  get customerSeq() {
    return Math.max(0, ...this.#said().filter((one) => one.author === "customer").map((one) => one.seq));
  }

  /** What the customer said after a number. */
  since(seq) {
    return this.#said().filter((one) => one.author === "customer" && one.seq > seq);
  }

  toEnd() {
    this.#tail.toEnd();
  }

  #said() {
    return [...this.#items.values()].map((item) => item.message);
  }

  #put(message) {
    const known = this.#items.get(message.id);
    const shows = JSON.stringify([message.text, message.state, message.why, message.card]);
    if (known?.shows === shows) return false;
    const node = bubble(message);
    known?.node.replaceWith(node);
    this.#items.set(message.id, { message, node, shows });
    return !known;
  }

  #arrange() {
    const list = this.#log;
    const items = [...this.#items.values()].sort((a, b) => a.message.seq - b.message.seq || (a.message.at < b.message.at ? -1 : 1));
    let before = null;
    items.forEach(({ message, node }, index) => {
      if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
      const at = Date.parse(message.at);
      const paused = !before || at - Date.parse(before.at) > PAUSE;
      node.firstChild.textContent = paused ? spoken(new Date(at)) : "";
      node.classList.toggle("follows", !paused && speaker(before) === speaker(message));
      before = message;
    });
  }
}

function speaker(message) {
  return `${message.author}/${message.agent ?? ""}${message.by ?? ""}`;
}

function bubble(message) {
  const node = make("li", `entry ${message.author} ${message.state}`);
  node.hidden = message.type === "recall"; // the recalled message itself says so
  const who = message.by ?? (message.author === "agent" ? message.agent || AUTHORS.agent : AUTHORS[message.author]);
  const body = make("div", "body");
  body.append(make("span", "by", who), wordsOf(message));
  if (fate(message)) body.append(make("span", `fate ${message.state}`, fate(message)));
  if (message.why) body.append(reasonsOf(message.why));
  node.append(make("time", "when"), body);
  return node;
}

/** Text as text, a card, and what lies elsewhere: a picture where it may be loaded, else a link. */
function wordsOf(message, withPicture = hasPicture(message)) {
  const isNamed = withPicture || message.card; // what it is can be seen
  const words = make("div", "bubble", isNamed ? message.text : gist(message));
  if (message.card) words.append(cardOf(message));
  if (withPicture) words.append(pictureOf(message, () => words.replaceWith(wordsOf(message, false))));
  else if (/^https?:\/\//i.test(message.url ?? "")) words.append(" ", linkTo(message.url, "", "查看原件"));
  return words;
}

function reasonsOf(why) {
  const details = make("details", "why");
  const facts = make("dl", "");
  const told = {
    意图: why.intent, 把握: why.score && `${Math.round(why.score * 100)}%`, 情形: why.situation, 话术: why.phrase,
    依据: why.reasons?.join("；"),
  };
  for (const [title, text] of Object.entries(told)) {
    if (text) facts.append(make("dt", "", title), make("dd", "", text));
  }
  details.append(make("summary", "", "为什么"), facts);
  return details;
}
