/** What customers were promised: counted down beside the conversation, kept with one key, corrected; and how much of it
 * stands open anywhere. */

import { make, spoken, tell } from "../shown.js";
import { Refused, get, post } from "./api.js";
import { ask } from "./dialogs.js";
import { lasted } from "./words.js";

const KINDS = { answer: "回复", callback: "联系", ship: "发货", gift: "赠品", refund: "退款", other: "办理" };
const SOON = 10 * 60; // seconds before its time from which a promise is coloured; our default
const SETTLES = 1000; // milliseconds after an event before the list is asked for anew, so that many ask once
const where = (promise, verb) => `/v1/desk/promises/${encodeURIComponent(promise.id)}/${verb}`;

export class Promises {
  #page;
  #desk;
  #standing = []; // of all conversations that concern this agent, the soonest due first
  #told = null; // ids of those whose reminder was told; null before the list was first read
  #timer = 0;

  constructor(page, desk) {
    this.#page = page;
    this.#desk = desk;
    page["correct-kind"].append(...Object.entries(KINDS).map(([kind, title]) => new Option(title, kind)));
    page.pledges.addEventListener("click", () => this.#standing.length && desk.choose(this.#standing[0].promise.conversation));
  }

  /** The part of the side that shows a conversation's promises; null where there are none. */
  part(promises) {
    if (!promises?.length) return null;
    const list = make("ul", "promises");
    list.append(...promises.map((promise) => this.#line(promise)));
    const section = make("section", "part");
    section.append(make("h3", "", "承诺"), list);
    this.tick();
    return section;
  }

  /** Let the countdowns run. */
  tick() {
    for (const node of document.querySelectorAll("[data-due]")) count(node, this.#desk.store.now());
    const [first] = this.#standing;
    this.#page.pledges.hidden = !first;
    if (!first) return;
    const left = (Date.parse(first.promise.due) - this.#desk.store.now()) / 1000;
    const nearest = left < 0 ? `超时 ${lasted(-left)}` : `最近还有 ${lasted(left)}`;
    tell(this.#page.pledges, `承诺 ${this.#standing.length} · ${nearest}`);
    this.#page.pledges.dataset.urgency = urgency(left);
  }

  /** Something has changed: read the list anew, soon. */
  stir() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), SETTLES);
  }

  /** The soonest due of the open conversation. */
  get first() {
    return this.#desk.detail?.side.promises[0];
  }

  keep(promise) {
    return this.#change(() => post(where(promise, "keep")));
  }

  /** Ask what was really promised, and write that down. */
  async correct(promise) {
    const dialog = this.#page.correcting;
    const told = await ask(dialog, () => {
      this.#page["correct-kind"].value = promise.kind;
      this.#page["correct-due"].value = local(promise.due);
      this.#page["correct-words"].textContent = promise.words;
    });
    if (dialog.returnValue === "void") return this.#change(() => post(where(promise, "void")));
    return told && this.#change(() => post(where(promise, "correct"), { kind: told.kind, due: `${told.due}:00+08:00` }));
  }

  #line(promise) {
    const line = make("li", "");
    const left = make("span", "countdown");
    left.dataset.due = promise.due;
    line.append(make("strong", "", KINDS[promise.kind]), left, make("span", "pledged", promise.words));
    line.append(make("span", "hint", `${promise.agent || "机器人"} 答应 ${spoken(new Date(promise.due), new Date(this.#desk.store.now()))}`));
    const [kept, wrong] = [make("button", "plain small", "已办好"), make("button", "plain small", "更正")];
    for (const button of [kept, wrong]) button.type = "button";
    kept.addEventListener("click", () => this.keep(promise));
    wrong.addEventListener("click", () => this.correct(promise));
    wrong.disabled = promise.state !== "open" && !this.#desk.isLead;
    const acts = make("span", "acts");
    acts.append(kept, wrong);
    line.append(acts);
    return line;
  }

  async #read() {
    try {
      this.#standing = await get("/v1/desk/promises");
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return; // the next event, or the next look, asks again
    }
    const reminded = this.#standing.filter(({ promise }) => promise.reminded_at || promise.state === "broken");
    const fresh = reminded.filter(({ promise }) => this.#told && !this.#told.has(`${promise.id}${promise.state}`));
    this.#told = new Set(reminded.map(({ promise }) => `${promise.id}${promise.state}`));
    for (const { promise, customer } of fresh) {
      const words = promise.state === "broken" ? "承诺已超时" : "承诺快到时间了";
      tell(this.#page.aloud, `${words}：${customer}，${promise.words}`);
    }
    this.tick();
  }

  async #change(change) {
    try {
      await change();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      this.#desk.complain(refused.message);
    }
    this.stir();
    return this.#desk.load();
  }
}

function count(node, now) {
  const left = (Date.parse(node.dataset.due) - now) / 1000;
  tell(node, left < 0 ? `超时 ${lasted(-left)}` : `还有 ${lasted(left)}`);
  node.dataset.urgency = urgency(left);
}

function urgency(left) {
  if (left < 0) return "late";
  return left < SOON ? "soon" : "fine";
}

/** A moment in the shop's time as a field for date and time wants it. */
function local(moment) {
  return new Date(Date.parse(moment) + 8 * 3600 * 1000).toISOString().slice(0, 16);
}
