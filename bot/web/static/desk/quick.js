/** Quick phrases: `/` in an empty draft searches by text, pinyin initials or code; gaps are asked for before inserting. */

import { make, tell } from "../shown.js";
import { get, post } from "./api.js";

const VARIABLES = { customer: "客户称呼", order_no: "订单号", product: "商品", agent: "客服姓名" };
const MANY = 8; // phrases shown at once; our default, so that none needs scrolling

export class Quick {
  #page;
  #desk;
  #found = [];
  #at = 0;
  #asked = 0; // of the searches, the newest: answers may come in another order
  #answered = Promise.resolve(); // when the newest search is: a key chooses from its list, never from an older one

  constructor(page, desk) {
    this.#page = page;
    this.#desk = desk;
    page["quick-query"].addEventListener("input", () => (this.#answered = this.#search()));
    page["quick-query"].addEventListener("keydown", (event) => this.#key(event));
    page["quick-gaps"].addEventListener("submit", (event) => this.#filled(event));
    page["quick-gaps"].addEventListener("keydown", (event) => event.key === "Escape" && this.#leave(event));
    page["quick-found"].addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#pick(this.#found[[...page["quick-found"].children].indexOf(option)]);
    });
  }

  get #where() {
    return `/v1/shops/${encodeURIComponent(this.#desk.shop)}/quick`;
  }

  open() {
    this.#page.quick.hidden = false;
    this.#page["quick-gaps"].hidden = true;
    this.#page["quick-query"].value = "";
    this.#page["quick-query"].focus();
    this.#answered = this.#search();
  }

  close() {
    this.#page.quick.hidden = true;
  }

  async #search() {
    const turn = ++this.#asked;
    const query = new URLSearchParams({
      q: this.#page["quick-query"].value.trim(), conversation: this.#desk.open, limit: MANY,
    });
    try {
      const found = await get(`${this.#where}?${query}`);
      if (turn === this.#asked) this.#show(found);
    } catch (refused) {
      if (turn === this.#asked) this.#show([]);
      this.#desk.composer.notice(refused.message);
    }
  }

  #show(found) {
    this.#found = found;
    this.#page["quick-found"].replaceChildren(...found.map(optionOf));
    tell(this.#page["quick-none"], found.length ? "" : "没有找到，换个词试试");
    this.#mark(0);
  }

  #mark(at) {
    this.#at = at;
    const options = [...this.#page["quick-found"].querySelectorAll("[role=option]")];
    options.forEach((option, index) => option.setAttribute("aria-selected", index === at));
    options[at]?.scrollIntoView({ block: "nearest" });
    this.#page["quick-query"].setAttribute("aria-activedescendant", options[at]?.id ?? "");
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#once(() => this.#found.length && this.#mark((this.#at + step + this.#found.length) % this.#found.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#once(() => this.#found[this.#at] && this.#pick(this.#found[this.#at]));
    } else if (event.key === "Escape" || (event.key === "Backspace" && !this.#page["quick-query"].value)) {
      this.#leave(event);
    }
  }

  /** Does `act` when the list is that of what stands in the field: who types fast presses Enter before it came. */
  async #once(act) {
    let answered;
    do {
      answered = this.#answered;
      await answered;
    } while (answered !== this.#answered);
    if (!this.#page.quick.hidden) act();
  }

  #pick(phrase) {
    if (phrase.missing.length) this.#ask(phrase);
    else this.#use(phrase, {});
  }

  /** A field for each gap, in place of a text with holes. */
  #ask(phrase) {
    const form = this.#page["quick-gaps"];
    form.replaceChildren(make("p", "hint", readable(phrase)), ...phrase.missing.map(fieldOf), make("button", "act", "插入"));
    form.hidden = false;
    form.dataset.phrase = phrase.id;
    form.querySelector("input").focus();
  }

  #filled(event) {
    event.preventDefault();
    const form = this.#page["quick-gaps"];
    const phrase = this.#found.find((one) => one.id === form.dataset.phrase);
    this.#use(phrase, Object.fromEntries(new FormData(form)));
  }

  async #use(phrase, values) {
    const open = this.#desk.open;
    try {
      const used = await post(`${this.#where}/${encodeURIComponent(phrase.id)}/use`, { conversation: open, values });
      if (open !== this.#desk.open) return;
      this.close();
      this.#desk.composer.insert(used.image ? `${used.text}\n${used.image}` : used.text);
    } catch (refused) {
      this.#desk.composer.notice(refused.message);
    }
  }

  #leave(event) {
    event.preventDefault();
    event.stopPropagation();
    this.close();
    this.#page.draft.focus();
  }
}

function optionOf(phrase, index) {
  const option = make("li", "option");
  option.id = `quick-${index}`;
  option.setAttribute("role", "option");
  option.append(make("span", "code", phrase.code), make("span", "text", readable(phrase)));
  const gaps = make("span", "hint");
  tell(gaps, phrase.missing.length ? `要填：${phrase.missing.map((name) => VARIABLES[name] ?? name).join("、")}` : "");
  option.append(gaps);
  return option;
}

/** A phrase as agents read it: a gap is named, such as 【订单号】. */
function readable(phrase) {
  return (phrase.filled ?? phrase.text).replace(/\{\{\s*(\w+)[^}]*\}\}/g, (_, name) => `【${VARIABLES[name] ?? name}】`);
}

function fieldOf(name) {
  const label = make("label", "", VARIABLES[name] ?? name);
  const input = make("input", "");
  Object.assign(input, { name, type: "text", required: true, maxLength: 100 });
  label.append(input);
  return label;
}
