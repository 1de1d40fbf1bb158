/** Who waits for an answer by a human, the oldest unanswered first; what it is about, and whose it is. */

import { make, tell } from "../shown.js";
import { waitsSince } from "../desk/store.js";
import { GROUPS, MOODS, due, gist, lasted } from "../desk/words.js";
import { Keyed } from "./keyed.js";

const PRIORITIES = ["低", "普通", "高", "紧急"]; // core/model.py: Priority
const HIGH = 2;

/** Who has a conversation, in words. */
export function holderOf({ holder, owner }) {
  if (holder === "agent") return `${owner} 接待中`;
  return holder === "queue" ? "排队中" : "机器人接待";
}

export class Waiting {
  #page;
  #list;
  #shown = []; // each row with its item

  /** `open(id)` is called for a conversation to look at. */
  constructor(page, open) {
    this.#page = page;
    this.#list = new Keyed(page["waiting-list"], (id) => itemOf(id, open));
  }

  show(rows, now) {
    this.#shown = [];
    this.#list.show(rows, (row) => row.id, (item, row) => {
      fill(item, row);
      this.#shown.push({ item, row });
    });
    for (const place of ["waiting-count", "jump-waiting"]) tell(this.#page[place], String(rows.length));
    this.#page["waiting-none"].hidden = rows.length > 0;
    this.tick(now);
  }

  /** Mark the conversation that is looked at. */
  choose(id) {
    for (const { item, row } of this.#shown) item.button.setAttribute("aria-current", row.id === id);
  }

  /** Bring what counts up and down to the present second. */
  tick(now) {
    for (const { item, row } of this.#shown) {
      const promise = row.ticket ? due(row.ticket, now) : { text: "", urgency: "fine" };
      tell(item.waited, `已等 ${lasted((now - waitsSince(row)) / 1000)}`);
      tell(item.due, promise.text);
      item.due.dataset.urgency = promise.urgency;
      item.node.dataset.urgency = promise.urgency;
    }
  }
}

function itemOf(id, open) {
  const [node, button] = [make("li", "card"), make("button", "look")];
  button.type = "button";
  button.addEventListener("click", () => open(id, button));
  const item = { node, button };
  for (const part of ["name", "waited", "said", "due", "marks"]) item[part] = make("span", part);
  button.append(item.name, item.waited, item.said, item.due, item.marks);
  node.append(button);
  return item;
}

function fill(item, row) {
  tell(item.name, row.customer_name || row.customer);
  tell(item.said, row.last ? gist(row.last) : "");
  item.marks.replaceChildren(...marksOf(row).map(([kind, text]) => make("span", `mark ${kind}`, text)));
}

function marksOf({ ticket, mood, offer, holder, owner }) {
  const marks = [[holder === "queue" ? "warm" : "quiet", holderOf({ holder, owner })]];
  if (ticket) {
    marks.push([ticket.priority >= HIGH ? "hot" : "", `优先级${PRIORITIES[ticket.priority] ?? "普通"}`]);
    marks.push(["", ticket.reason_title], ["", GROUPS[ticket.group] ?? ticket.group]);
    if (ticket.chases) marks.push([ticket.chases > 1 ? "hot" : "warm", `催了 ${ticket.chases} 次`]);
  }
  if (MOODS[mood]) marks.push([mood === "urging" ? "warm" : "hot", MOODS[mood]]);
  if (offer?.state === "offered") marks.push(["warm", `已请 ${offer.receiver} 接手`]);
  if (offer?.state === "declined") marks.push(["warm", `${offer.receiver} 没有接受`]);
  return marks;
}
