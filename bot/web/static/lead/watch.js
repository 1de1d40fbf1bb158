/** A conversation that a lead looks on: what is said, live; what leads did there; nobody notices. */

import { make, spoken, tell } from "../shown.js";
import { get } from "../desk/api.js";
import { Talk } from "../desk/talk.js";
import { linesOf, saidOf } from "../desk/whispers.js";
import { flagMarks } from "./flags.js";
import { holderOf } from "./waiting.js";

export class Watch {
  #page;
  #talk;
  #opener = null; // what had the focus before
  #asked = 0;

  constructor(page) {
    this.#page = page;
    this.#talk = new Talk(page);
    this.open = null; // the id of the conversation that is looked at
    this.row = null;
  }

  /** Look on; `opener` gets the focus back afterwards. */
  async look(id, opener) {
    const page = this.#page;
    [this.open, this.row, this.#opener] = [id, null, opener];
    this.#talk.clear();
    this.notice("");
    page.whisper.reset();
    page.trail.open = false;
    tell(page["watched-name"], "…");
    tell(page["watched-holder"], "");
    page.watching.hidden = false;
    page.wall.dataset.watching = "yes";
    await this.load(false);
    page["watched-name"].focus();
  }

  close() {
    this.open = null;
    this.#page.watching.hidden = true;
    delete this.#page.wall.dataset.watching;
    if (this.#opener?.isConnected) this.#opener.focus();
  }

  /** Ask for the conversation anew; an answer that is no longer the newest is left aside. */
  async load(fresh = true) {
    const [turn, id] = [++this.#asked, this.open];
    try {
      const { detail, trail } = await get(`/v1/desk/lead/conversations/${encodeURIComponent(id)}`);
      if (turn !== this.#asked || id !== this.open) return;
      this.#talk.show([...detail.messages, ...linesOf(detail.supervisions)], fresh);
      this.show(detail.row);
      this.#showTrail(trail);
    } catch (refused) {
      if (turn === this.#asked) this.notice(refused.message);
    }
  }

  /** Whose the conversation is now. */
  show(row) {
    this.row = row;
    tell(this.#page["watched-name"], row.customer_name || row.customer);
    tell(this.#page["watched-holder"], [holderOf(row), row.ticket?.reason_title].filter(Boolean).join(" · "));
    this.mine?.(row);
  }

  /** A message that has just come. */
  hear(message) {
    this.#talk.show([message]);
  }

  showFlags(flags) {
    this.#page.raised.replaceChildren(...flagMarks(flags).map((mark) => {
      const item = make("li", "");
      item.append(mark);
      return item;
    }));
    this.#page.see.hidden = !flags.length;
  }

  notice(text) {
    tell(this.#page.notice, text);
  }

  #showTrail(trail) {
    tell(this.#page["trail-count"], String(trail.length));
    this.#page["trail-list"].replaceChildren(
      ...trail.map((act) => make("li", "", `${spoken(new Date(act.at))} ${saidOf(act)}`)).reverse(),
    );
  }
}
