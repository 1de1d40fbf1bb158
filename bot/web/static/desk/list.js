/** The left pane: tabs and the conversations of one, patched in place so that focus and place stay where they are. */

import { make, tell } from "../shown.js";
import { TABS, waitsSince } from "./store.js";
import { due, gist, lasted, MOODS } from "./words.js";

const NOBODY = { mine: "您现在没有会话。按 C 领取排队的第一位", queue: "没有人在排队", all: "最近 12 小时没有会话" };
const URGENT = 2; // priorities from here on get a mark; core/model.py: HIGH

export class List {
  #page;
  #store;
  #choose;
  #items = new Map();

  /** `choose(id)` is called when a row is clicked, `hasDraft(id)` tells which rows hold unsent words. */
  constructor(page, store, { choose, hasDraft }) {
    Object.assign(this, { tab: "queue", current: null, hasDraft });
    this.#page = page;
    this.#store = store;
    this.#choose = choose;
    page.tabs.append(...Object.entries(TABS).map(([tab, title]) => this.#tabOf(tab, title)));
    page.tabs.addEventListener("keydown", (event) => this.#overTabs(event));
  }

  /** Show the rows of the tab as the store has them. */
  show() {
    const counts = this.#store.counts();
    for (const button of this.#page.tabs.children) {
      const chosen = button.dataset.tab === this.tab;
      button.setAttribute("aria-selected", chosen);
      button.tabIndex = chosen ? 0 : -1;
      button.lastChild.textContent = counts[button.dataset.tab];
    }
    this.#page.shelf.setAttribute("aria-labelledby", `tab-${this.tab}`);
    this.#arrange(this.#store.listed(this.tab));
    this.tick();
  }

  open(tab) {
    this.tab = tab;
    this.show();
  }

  /** The conversation `step` rows below (or above) the current one; null when there is none. */
  next(step) {
    const ids = this.#store.listed(this.tab).map((row) => row.id);
    const at = ids.indexOf(this.current);
    return ids[at < 0 ? (step > 0 ? 0 : ids.length - 1) : at + step] ?? null;
  }

  /** Bring what counts up and down to the present second. */
  tick() {
    const now = this.#store.now();
    for (const [id, item] of this.#items) {
      const row = this.#store.get(id);
      const since = row && waitsSince(row);
      tell(item.waited, since ? lasted((now - since) / 1000) : "");
      const promise = row?.ticket ? due(row.ticket, now) : { text: "", urgency: "fine" };
      tell(item.due, promise.text);
      item.due.dataset.urgency = promise.urgency;
    }
  }

  #arrange(rows) {
    const list = this.#page.rows;
    const focused = document.activeElement;
    const ids = new Set(rows.map((row) => row.id));
    for (const [id, item] of this.#items) {
      if (!ids.has(id)) item.node.remove(), this.#items.delete(id);
    }
    rows.forEach((row, index) => {
      const item = this.#items.get(row.id) ?? this.#itemOf(row.id);
      if (list.children[index] !== item.node) list.insertBefore(item.node, list.children[index] ?? null);
      this.#fill(item, row);
    });
    if (document.activeElement !== focused && focused.isConnected) focused.focus(); // moving a node loses its focus
    tell(this.#page.nobody, rows.length ? "" : NOBODY[this.tab]);
  }

  #itemOf(id) {
    const node = make("li", "");
    const button = make("button", "row");
    button.type = "button";
    button.dataset.id = id;
    button.addEventListener("click", () => this.#choose(id));
    const item = { node, button };
    for (const part of ["unread", "name", "waited", "said", "due", "marks"]) item[part] = make("span", part);
    button.append(item.unread, item.name, item.waited, item.said, item.due, item.marks);
    node.append(button);
    this.#items.set(id, item);
    return item;
  }

  #fill(item, row) {
    item.button.setAttribute("aria-current", row.id === this.current);
    tell(item.unread, this.#store.isUnread(row) ? "未读" : "");
    tell(item.name, row.customer_name || row.customer);
    tell(item.said, row.last ? gist(row.last) : "");
    const marks = marksOf(row, {
      mine: this.#store.isMine(row), offered: this.#store.isOffered(row), whispered: this.#store.isWhispered(row), draft: this.hasDraft(row.id),
    });
    item.marks.replaceChildren(...marks.map(([kind, text]) => make("span", `mark ${kind}`, text)));
  }

  #tabOf(tab, title) {
    const button = make("button", "tab", title);
    Object.assign(button, { type: "button", id: `tab-${tab}` });
    Object.assign(button.dataset, { tab });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", "shelf");
    button.append(make("span", "count", "0"));
    button.addEventListener("click", () => this.open(tab));
    return button;
  }

  #overTabs(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...this.#page.tabs.children];
    const to = tabs[(tabs.findIndex((one) => one.dataset.tab === this.tab) + step + tabs.length) % tabs.length];
    this.open(to.dataset.tab);
    to.focus();
  }
}

/** What a row is marked with: [kind, text], the gravest first. */
function marksOf(row, { mine, offered, whispered, draft }) {
  const { ticket } = row;
  const marks = [];
  if (whispered) marks.push(["hot", "主管提示"]);
  if (MOODS[row.mood]) marks.push([row.mood === "urging" ? "warm" : "hot", MOODS[row.mood]]);
  if (ticket?.reason === "risk") marks.push(["hot", ticket.reason_title]);
  else if (ticket) marks.push([ticket.priority >= URGENT ? "warm" : "quiet", ticket.reason_title]);
  if (ticket?.chases > 1) marks.push(["hot", `催了 ${ticket.chases} 次`]);
  if (ticket?.for_lead) marks.push(["hot", "请组长关注"]);
  if (offered) marks.push(["warm", `${row.offer.sender} 转给您`]);
  else if (row.offer?.state === "offered" && mine) marks.push(["quiet", `等 ${row.offer.receiver} 接手`]);
  if (row.holder === "agent" && !mine) marks.push(["quiet", `${row.owner} 接待中`]);
  if (row.holder === "bot") marks.push(["quiet", "机器人接待"]);
  if (draft) marks.push(["draft", "草稿"]);
  return marks;
}
