/** The red flags, one card for each conversation: what stands against us there, and that it is seen to. */

import { make, spoken, tell } from "../shown.js";
import { Keyed } from "./keyed.js";
import { holderOf } from "./waiting.js";

const HOT = new Set(["risk", "insult", "senior", "overdue"]);

/** The flags of one conversation as marks. */
export function flagMarks(flags) {
  return flags.map((flag) => make("span", `mark ${HOT.has(flag.kind) ? "hot" : "warm"}`, flag.title));
}

export class Flags {
  #page;
  #open;
  #seen;
  #known = null; // what was raised when the view was last shown; null before

  /** `open(id)` is called for a conversation to look at, `see(id)` for one that is seen to. */
  constructor(page, { open, see }) {
    this.#page = page;
    this.#open = new Keyed(page["flags-open"], (id) => itemOf(id, open, see));
    this.#seen = new Keyed(page["flags-seen"], (id) => itemOf(id, open));
  }

  show(flags, rows, now) {
    const cards = byConversation(flags);
    const open = cards.filter((card) => card.raised.length);
    const seen = cards.filter((card) => !card.raised.length);
    this.#open.show(open, (card) => card.id, (item, card) => fill(item, card.raised, rows[card.id], now));
    this.#seen.show(seen, (card) => card.id, (item, card) => fill(item, card.all, rows[card.id], now));
    for (const place of ["flags-count", "jump-flags"]) tell(this.#page[place], String(open.length));
    tell(this.#page["flags-done-count"], String(seen.length));
    this.#page["flags-none"].hidden = open.length > 0;
    this.#page["flags-done"].hidden = !seen.length;
    this.#call(flags, rows);
    return open.length;
  }

  /** Say aloud what was raised since. */
  #call(flags, rows) {
    const raised = flags.filter((flag) => !flag.seen_by);
    const keys = new Set(raised.map(keyOf));
    const fresh = this.#known && raised.find((flag) => !this.#known.has(keyOf(flag)));
    this.#known = keys;
    if (fresh) tell(this.#page.aloud, `新的红旗：${nameOf(rows[fresh.conversation])}，${fresh.title}`);
  }
}

function keyOf({ conversation, kind }) {
  return `${conversation}/${kind}`;
}

function byConversation(flags) {
  const cards = new Map();
  for (const flag of flags) {
    const card = cards.get(flag.conversation) ?? { id: flag.conversation, raised: [], all: [] };
    card.all.push(flag);
    if (!flag.seen_by) card.raised.push(flag);
    cards.set(flag.conversation, card);
  }
  return [...cards.values()];
}

function nameOf(row) {
  return row ? row.customer_name || row.customer : "顾客";
}

function itemOf(id, open, see = null) {
  const [node, button] = [make("li", "card"), make("button", "look")];
  button.type = "button";
  button.addEventListener("click", () => open(id, button));
  const item = { node, button };
  for (const part of ["name", "waited", "marks", "says"]) item[part] = make("span", part);
  button.append(item.name, item.waited, item.marks, item.says);
  node.append(button);
  if (!see) return item;
  item.done = make("button", "plain small", "已处理");
  item.done.type = "button";
  item.done.addEventListener("click", () => see(id));
  node.append(item.done);
  return item;
}

function fill(item, flags, row, now) {
  tell(item.name, `${nameOf(row)} · ${row ? holderOf(row) : ""}`);
  tell(item.waited, `${spoken(new Date(Math.min(...flags.map((flag) => Date.parse(flag.at)))), new Date(now))} 起`);
  item.marks.replaceChildren(...flagMarks(flags));
  const says = [...new Set(flags.map((flag) => [flag.says, byWhom(flag, row)].filter(Boolean).join(" — ")))];
  item.says.replaceChildren(...says.filter(Boolean).map((text) => make("span", "", text)));
  if (item.done) item.done.setAttribute("aria-label", `${nameOf(row)}：已处理`);
  if (flags[0].seen_by) tell(item.waited, `${flags[0].seen_by} 已处理`);
}

/** Whose doing it was, where that is not who has the customer now. */
function byWhom({ kind, agent }, row) {
  if (!["promise", "csat"].includes(kind) || agent === row?.owner) return "";
  return agent || "机器人";
}
