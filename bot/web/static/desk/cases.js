/** The customer's after-sale cases beside the conversation, and the form that opens one. */

import { make, spoken } from "../shown.js";
import { Refused, get, post } from "./api.js";

const path = (id) => `/desk/cases/${encodeURIComponent(id)}`;

export class Cases {
  #place;
  #conversation = "";
  #asked = 0; // of the questions for cases, the newest
  #told = ""; // what is shown now; the same again leaves a form that is being filled in alone

  constructor(place) {
    this.#place = place;
  }

  /** Show the cases of the open conversation; answers that are no longer the newest are left aside. */
  async show(conversation) {
    const turn = ++this.#asked;
    if (conversation !== this.#conversation) this.#clear(conversation);
    try {
      const told = await get(`/v1/desk/conversations/${encodeURIComponent(conversation)}/cases`);
      const text = JSON.stringify(told);
      if (turn !== this.#asked || text === this.#told) return;
      this.#told = text;
      this.#place.hidden = false;
      this.#place.replaceChildren(make("h3", "", "售后案件"), list(told.cases), this.#form(told));
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (turn === this.#asked) this.#clear(conversation); // the conversation itself tells what is wrong
    }
  }

  #clear(conversation) {
    [this.#conversation, this.#told] = [conversation, ""];
    this.#place.hidden = true;
    this.#place.replaceChildren();
  }

  #form({ kinds, proposed, order }) {
    const form = make("form", "open-case");
    const kind = make("select", "");
    kind.name = "kind";
    kind.append(...kinds.map((one) => new Option(one.title, one.id, one.id === proposed, one.id === proposed)));
    const number = make("input", "");
    Object.assign(number, { name: "order", maxLength: 64, value: order, placeholder: "可不填", autocomplete: "off" });
    const [complaint, button] = [make("p", "hint complaint"), make("button", "plain", "开案")];
    complaint.setAttribute("role", "alert");
    button.type = "submit";
    form.append(labelled("类别", kind), labelled("哪笔订单", number), button, complaint);
    form.addEventListener("submit", (event) => this.#open(event, form, complaint));
    return form;
  }

  async #open(event, form, complaint) {
    event.preventDefault();
    const [conversation, button] = [this.#conversation, form.querySelector("button")];
    button.disabled = true;
    try {
      await post("/v1/cases", { ...Object.fromEntries(new FormData(form)), conversation });
      if (conversation === this.#conversation) await this.show(conversation);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      complaint.textContent = refused.message;
    } finally {
      button.disabled = false;
    }
  }
}

function labelled(title, field) {
  const label = make("label", "", title);
  label.append(field);
  return label;
}

function list(cases) {
  const rows = make("ul", "cases");
  rows.append(...cases.map(row));
  return rows;
}

function row(one) {
  const line = make("li", "");
  const link = make("a", "", one.title);
  [link.href, link.target] = [path(one.id), "_blank"];
  line.append(link, " ", make("span", "mark", one.state_title));
  if (one.overdue) line.append(" ", make("span", "mark hot", "超时"));
  const until = one.due ? `${spoken(new Date(one.due))} 到期` : "";
  line.append(make("span", "hint", [one.order, one.owner, until].filter(Boolean).join(" · ")));
  return line;
}
