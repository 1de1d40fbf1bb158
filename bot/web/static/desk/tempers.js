/** What colleagues noted of the customer, beside the conversation, and the offer to hand an insulting one to a lead. */

import { make, spoken } from "../shown.js";
import { get, post, remove } from "./api.js";
import { ask } from "./dialogs.js";

const where = (id) => `/v1/desk/conversations/${encodeURIComponent(id)}`;

export class Tempers {
  #page;
  #desk;
  #asked = 0;
  #shown = "[]";

  constructor(page, desk) {
    this.#page = page;
    this.#desk = desk;
    page["mark-add"].addEventListener("click", () => this.mark());
    page["to-lead"].addEventListener("click", () => desk.row() && desk.acts.transfer(desk.row(), "senior"));
  }

  /** Ask for the open conversation; `fresh` is false for one just opened: nothing of the one before stays. */
  async load(fresh) {
    const [turn, id] = [++this.#asked, this.#desk.open];
    if (!fresh) this.#show({ marks: [], insults: 0, offers_lead: false });
    try {
      const told = await get(`${where(id)}/temper`);
      if (turn === this.#asked) this.#show(told);
    } catch (refused) {
      if (turn === this.#asked) this.#desk.complain(refused.message);
    }
  }

  /** Ask what to note, and keep it. */
  async mark() {
    const id = this.#desk.open;
    const told = await ask(this.#page.marking);
    if (told !== null) await this.#change(() => post(`${where(id)}/marks`, { ...told, days: Number(told.days) }));
  }

  async #change(act) {
    try {
      await act();
      await this.load(true);
    } catch (refused) {
      this.#desk.complain(refused.message);
    }
  }

  #show({ marks, insults, offers_lead }) {
    this.#page.marks.hidden = false;
    const told = JSON.stringify(marks);
    if (told !== this.#shown) this.#page["marks-kept"].replaceChildren(...marks.map((one) => this.#itemOf(one)));
    this.#shown = told; // the same again leaves the focus where it is
    this.#page.insulted.hidden = !offers_lead || !this.#desk.isMine();
    this.#page["insulted-count"].textContent = `顾客已有 ${insults} 次过激的话。事情照常处理，态度说明一次就好；也可以交给主管。`;
  }

  #itemOf({ mark, title }) {
    const item = make("li", "");
    const button = make("button", "plain", "取消");
    button.type = "button";
    button.setAttribute("aria-label", `取消标记：${title}`);
    button.addEventListener("click", () => {
      const id = this.#desk.open;
      this.#change(() => remove(`${where(id)}/marks/${mark.id}`));
    });
    const until = spoken(new Date(mark.expires_at));
    item.append(make("b", "", title), ` ${mark.reason}`, make("span", "hint", `${mark.agent}，到 ${until}`), button);
    return item;
  }
}
