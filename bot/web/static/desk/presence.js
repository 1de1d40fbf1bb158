/** Whether the agent is there: chosen by hand, kept by the server as long as this page's pulses come. */

import { Refused, post } from "./api.js";

const FIRST = 15; // seconds between pulses until the server has said how many

/** Keeps the agent there. Timers sleep in a tab behind others, so the server's knocks on the live line count, too. */
export class Presence {
  #select;
  #every = FIRST * 1000;
  #last = 0;
  #asked = 0; // changes by hand and pulses so far: an answer that is no longer the newest is left aside

  constructor(select) {
    this.#select = select;
    select.addEventListener("change", () => this.#put());
    document.addEventListener("visibilitychange", () => document.hidden || this.knock());
  }

  /** Who opens the desk is as before, or online (or as told) after having gone offline. */
  async start(first = "online") {
    if ((await this.#pulse()) === "offline") {
      this.#select.value = first;
      await this.#put();
    }
  }

  /** Called each second. */
  beat() {
    if (Date.now() - this.#last >= this.#every) this.#pulse();
  }

  /** The line brought something, or the page is looked at again. */
  knock() {
    if (Date.now() - this.#last >= this.#every * 0.6) this.#pulse();
  }

  #put() {
    this.#asked += 1;
    return this.#sure(() => post("/v1/desk/presence", { state: this.#select.value }));
  }

  async #pulse() {
    const turn = ++this.#asked;
    this.#last = Date.now();
    const told = await this.#sure(() => post("/v1/desk/pulse"));
    if (!told) return undefined;
    this.#every = told.every * 1000;
    if (turn === this.#asked) this.#select.value = told.state;
    return told.state;
  }

  /** What cannot be said now is said by the next pulse. */
  async #sure(change) {
    try {
      return await change();
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return null;
    }
  }
}
