/** What the house style finds in a draft while it is written, and one key that rewrites it where that is safe. */

import { make } from "../shown.js";
import { post } from "./api.js";

const CALM = 400; // milliseconds without a key before a draft is looked over

export class Advice {
  #place;
  #replace;
  #timer = 0;
  #there = true; // until the server says that it has no such gate
  #better = "";

  /** `replace(text)` puts a rewritten text into the draft. */
  constructor(place, replace) {
    this.#place = place;
    this.#replace = replace;
  }

  /** Look a draft over as soon as the agent pauses. `current()` gives the draft then: advice on older words is void. */
  look(current) {
    clearTimeout(this.#timer);
    this.#show([], "");
    if (this.#there) this.#timer = setTimeout(() => this.#ask(current), CALM);
  }

  /** Take the rewritten text; false when there is none. */
  rewrite() {
    if (!this.#better) return false;
    this.#replace(this.#better);
    return true;
  }

  async #ask(current) {
    const text = current().trim();
    if (!text) return;
    try {
      const advice = await post("/v1/style", { text });
      const better = advice.softened ?? advice.rewritten;
      if (current().trim() === text) this.#show(advice.findings, better === text ? "" : better);
    } catch (refused) {
      this.#there = refused.status !== 404; // advice is a help; without it the draft goes its way
    }
  }

  #show(findings, better) {
    this.#better = better;
    this.#place.replaceChildren(...findings.map(findingOf));
    if (better) this.#place.append(this.#offer(better));
    this.#place.hidden = !this.#place.children.length;
  }

  #offer(better) {
    const [item, button] = [make("li", "better"), make("button", "plain", "改写")];
    button.type = "button";
    button.append(make("kbd", "", "Alt W"));
    button.addEventListener("click", () => this.rewrite());
    item.append(button, make("span", "", better));
    return item;
  }
}

function findingOf({ found, advice, severity }) {
  const item = make("li", severity);
  item.append(make("b", "", found), ` ${advice}`);
  return item;
}
