/** Solved conversations about the same thing, beside the open one: what was asked, what a colleague answered, how it
 * ended. An answer is put into the draft, never sent. */

import { make, spoken } from "../shown.js";
import { Refused, get } from "./api.js";

const HIDDEN = "****"; // bot/core/anonymous.py

export class Similar {
  #place;
  #desk;
  #shown = []; // what the server told, the nearest first
  #for = ""; // the conversation and the number of its customer's newest message
  #asked = 0; // of the questions, the newest

  constructor(place, desk) {
    this.#place = place;
    this.#desk = desk;
  }

  /** Show what is like the open conversation; asked anew only when its customer has said something more. */
  async show(conversation, customerSeq) {
    const about = `${conversation} ${customerSeq}`;
    if (about === this.#for) return;
    if (!this.#for.startsWith(`${conversation} `)) this.#fill([]);
    this.#for = about;
    const turn = ++this.#asked;
    try {
      const told = await get(`/v1/desk/conversations/${encodeURIComponent(conversation)}/similar`);
      if (turn === this.#asked) this.#fill(told);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (turn === this.#asked) this.#for = ""; // the conversation itself tells what is wrong; asked again at the next look
    }
  }

  /** Put an answer (the nearest unless told otherwise) into an empty draft. */
  copy(one = this.#shown[0]) {
    if (!one) return;
    const { page, composer } = this.#desk;
    if (page.draft.disabled) return composer.notice("这位顾客由同事接待，您不能写回复");
    if (page.draft.value) return composer.notice("输入框里有您写的话：先发送或清空，再用同事的答复");
    composer.write(one.answered, null);
    composer.edit();
    if (one.answered.includes(HIDDEN)) composer.notice(`${HIDDEN} 是别的顾客的资料：请改成这位顾客的，再发送`);
  }

  #fill(told) {
    if (JSON.stringify(told) === JSON.stringify(this.#shown)) return; // the same again leaves the focus where it is
    this.#shown = told;
    this.#place.hidden = !told.length;
    const list = make("ul", "");
    list.append(...told.map((one, index) => this.#itemOf(one, index)));
    this.#place.replaceChildren(make("h3", "", "解决过的相似会话"), list);
  }

  #itemOf(one, index) {
    const [item, words] = [make("li", ""), make("dl", "")];
    words.append(make("dt", "", "问"), make("dd", "", one.asked), make("dt", "", "答"), make("dd", "", one.answered));
    const rated = one.score ? `评分 ${one.score} 分` : "";
    const end = [spoken(new Date(one.resolved_at)), one.agent, one.about, one.outcome || "已解决", rated];
    const button = make("button", "plain small", "放进输入框");
    button.type = "button";
    button.setAttribute("aria-label", `把第 ${index + 1} 条答复放进输入框`);
    if (!index) {
      button.setAttribute("aria-keyshortcuts", "s");
      button.append(make("kbd", "", "S"));
    }
    button.addEventListener("click", () => this.copy(one));
    item.append(words, make("span", "hint", end.filter(Boolean).join(" · ")), button);
    return item;
  }
}
