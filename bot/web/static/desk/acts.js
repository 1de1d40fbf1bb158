/** What an agent does with a conversation: claim, give back, offer, accept, end, turn a suggestion down, note. */

import { Refused, get, post } from "./api.js";
import { ask } from "./dialogs.js";
import { GROUPS, PRESENCE } from "./words.js";

const where = (id) => `/v1/desk/conversations/${encodeURIComponent(id)}`;

/** What ends or hands over a conversation comes after the words on their way, and not at all where they did not arrive. */
export class Acts {
  #page;
  #desk;
  #warned = ""; // the conversation and message for which R was pressed once although the customer waits

  /** `desk.changed(row)` takes what a change made of a row, `desk.complain(text)` tells why there was none. */
  constructor(page, desk) {
    this.#page = page;
    this.#desk = desk;
  }

  /** Take the customer over; false when somebody else was first. */
  claim(id) {
    return this.#do(id, "claim");
  }

  async release({ id }) {
    return (await this.#desk.composer.hasSent(id)) && this.#do(id, "release");
  }

  /** End the conversation; asked twice while the customer waits for an answer. What is not on the screen yet cannot be
   * ended with it. */
  async resolve({ id }) {
    const row = (await this.#desk.composer.hasSent(id)) && this.#desk.store.get(id);
    if (!row) return false;
    const about = `${row.id}/${row.seq}`;
    if (row.waiting_since && this.#warned !== about) {
      this.#warned = about;
      this.#desk.complain("顾客还在等回复。确定结束请再按一次 R");
      return false;
    }
    return this.#do(row.id, "resolve", row.id === this.#desk.open ? { after_seq: this.#desk.talk.customerSeq } : {});
  }

  /** Ask for whom and why (SR-163), and offer. `likely`: who is chosen to begin with. */
  async transfer(row, likely = "") {
    if (!(await this.#desk.composer.hasSent(row.id))) return false;
    if (!(await this.#try(() => this.#offer(row.owner)))) return false;
    const told = await ask(this.#page.transferring, (fields) => { if (likely) fields.to.value = likely; });
    return told !== null && this.#do(row.id, "transfer", told);
  }

  /** Take a customer whom a colleague offers. */
  accept(id) {
    return this.#do(id, "transfer/accept");
  }

  /** Ask why not, and leave an offered customer to the colleague. */
  async decline(id) {
    const told = await ask(this.#page.declining);
    return told !== null && this.#do(id, "transfer/decline", told);
  }

  /** Ask why, and turn a suggestion down. */
  async reject(id, suggestion) {
    const told = await ask(this.#page.rejecting);
    return told !== null && this.#try(() => post(`${where(id)}/suggestions/${suggestion.id}/reject`, told));
  }

  note(id, note) {
    return this.#try(() => post(`${where(id)}/notes`, note));
  }

  /** Fill in who could go on: colleagues, those who are not there greyed, and groups. */
  async #offer(owner) {
    const colleagues = (await get("/v1/desk/agents")).filter((one) => one.name !== owner);
    const people = colleagues.map((one) => {
      const option = new Option(personOf(one), one.name);
      option.disabled = !["online", "busy"].includes(one.state);
      return option;
    });
    const groups = Object.entries(GROUPS).map(([group, title]) => new Option(`${title}（小组）`, group));
    this.#page["transfer-to"].replaceChildren(...people, ...groups);
  }

  #do(id, verb, body = {}) {
    return this.#try(async () => this.#desk.changed(await post(`${where(id)}/${verb}`, body)));
  }

  async #try(change) {
    try {
      await change();
      return true;
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.code === "stale") this.#desk.load();
      const { owner } = refused.told;
      const taken = refused.code === "conflict" && owner && !this.#desk.isMe(owner) && !refused.message.includes("转接");
      this.#desk.complain(taken ? `${owner} 已经在接待这位顾客了` : refused.message);
      return false;
    }
  }
}

function personOf({ name, display_name, state, load, capacity }) {
  return `${display_name || name}（${PRESENCE[state] ?? state}，${load}/${capacity}）`;
}
