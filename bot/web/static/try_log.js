/** The conversation as it stands on the screen: bubbles and notices in the order of their numbers. */

import { make, spoken } from "./shown.js";

const PAUSE = 5 * 60 * 1000; // a longer silence gets a time above the next message
const NAMES = { bot: "机器人小助手", agent: "客服", customer: "您" };
const FACES = { bot: "机", agent: "客" };

function inOrder(a, b) {
  return a.place === b.place ? a.born - b.born : a.place - b.place;
}

export class Log {
  #list;
  #retry;
  #entries = new Map();
  #born = 0;

  /** `retry(id, text)` is called when the visitor asks to send a failed message again. */
  constructor(list, retry) {
    this.#list = list;
    this.#retry = retry;
  }

  get size() {
    return this.#entries.size;
  }

  clear() {
    this.#entries.clear();
    this.#list.replaceChildren();
  }

  /** Show a message, or give one that is shown already its number. True when it is new. */
  message({ id, author, text, at, seq }) {
    const known = this.#entries.get(id);
    if (known) {
      known.place = seq ?? known.place;
      known.at = new Date(at);
      if (seq !== undefined) this.failed(id, false);
      this.#arrange();
      return false;
    }
    const entry = { author, text, at: new Date(at), place: seq ?? Number.MAX_SAFE_INTEGER, born: this.#born++ };
    entry.node = this.#bubble(id, entry);
    this.#entries.set(id, entry);
    this.#arrange();
    return true;
  }

  /** The number of the last message said until a moment. */
  lastUntil(moment) {
    const said = [...this.#entries.values()].filter((e) => e.author && this.#numbered(e) && e.at <= moment);
    return Math.max(0, ...said.map((e) => e.place));
  }

  /** A line of the system behind message number `after`; the same id again changes its text. */
  notice(id, text, after, kind = "") {
    const known = this.#entries.get(id);
    if (known) {
      if (known.line.textContent !== text) known.line.textContent = text;
      return;
    }
    const line = make("span", "", text);
    const node = make("li", `notice ${kind}`);
    node.append(line);
    this.#entries.set(id, { node, line, place: after + 0.5, born: this.#born++ });
    this.#arrange();
  }

  /** Mark a message as not sent (with a way to try again), or take the mark away; numbered ones were received. */
  failed(id, yes = true) {
    const entry = this.#entries.get(id);
    if (entry) entry.again.hidden = !yes || this.#numbered(entry);
  }

  #numbered(entry) {
    return entry.place < Number.MAX_SAFE_INTEGER;
  }

  #bubble(id, entry) {
    const node = make("li", `entry ${entry.author}`);
    entry.when = make("time", "when");
    const face = make("span", "face", FACES[entry.author] ?? "");
    face.setAttribute("aria-hidden", "true");
    const body = make("div", "body");
    const who = make("span", entry.author === "customer" ? "who unseen" : "who", NAMES[entry.author]);
    entry.again = make("button", "again", "没有发出去，点这里重试");
    entry.again.type = "button";
    entry.again.hidden = true;
    entry.again.addEventListener("click", () => this.#retry(id, entry.text));
    body.append(who, make("p", "bubble", entry.text), entry.again);
    node.append(entry.when, face, body);
    return node;
  }

  /** Bring the nodes into order, moving only those that are out of it, and group what belongs together. */
  #arrange() {
    const entries = [...this.#entries.values()].sort(inOrder);
    let before = null;
    entries.forEach((entry, index) => {
      if (this.#list.children[index] !== entry.node) this.#list.insertBefore(entry.node, this.#list.children[index]);
      if (entry.author) {
        const paused = !before?.at || entry.at - before.at > PAUSE;
        const first = index === 0 || paused;
        entry.when.hidden = !first;
        entry.when.textContent = first ? spoken(entry.at) : "";
        entry.node.classList.toggle("follows", !first && before.author === entry.author);
        before = entry;
      } else {
        before = before && { at: before.at }; // a notice ends a group but not the silence
      }
    });
  }
}
