/** What calls an agent who looks elsewhere: who came, said aloud; how many wait, in the tab's title; a soft sound. */

import { tell } from "../shown.js";
import { newsOf } from "./offer.js";

const PLACE = "kefu.desk.sound";
const TITLE = document.title;

export class Alert {
  #page;
  #store;
  #audio = null;
  #leads;

  /** `leads`: whether this agent is told of what needs a lead. */
  constructor(page, store, leads) {
    this.#leads = leads;
    this.#page = page;
    this.#store = store;
    page.sound.addEventListener("click", () => this.#switch(!this.#on));
    if (localStorage.getItem(PLACE) === "on") this.#switch(true);
  }

  get #on() {
    return this.#page.sound.getAttribute("aria-pressed") === "true";
  }

  /** Show how many customers wait. */
  count() {
    const waiting = this.#store.waiting();
    document.title = waiting ? `(${waiting}) ${TITLE}` : TITLE;
    tell(this.#page.tally, waiting ? `${waiting} 位顾客在等` : "没有顾客在等");
  }

  /** Tell of a customer who came into the queue, and of new words of one's own customer that is not looked at. */
  hear(before, row, open) {
    const name = row.customer_name || row.customer;
    const spoke = row.last?.author === "customer" && row.last.seq > (before?.last?.seq ?? 0);
    this.count();
    const mine = this.#store.isMine(row);
    const lost = before && this.#store.isMine(before) && row.holder === "agent" && !mine;
    const whispered = mine && row.whispered_at && row.whispered_at !== before?.whispered_at;
    const news = newsOf(row, this.#store);
    if (this.#store.isOffered(row) && before?.offer?.until !== row.offer.until) {
      this.#call(`${row.offer.sender} 想把顾客转给您：${name}，${row.offer.reason}`);
    } else if (mine && row.offer?.state !== "offered" && news && before?.offer?.state === "offered") {
      this.#call(news);
    } else if (lost) {
      this.#call(`${name} 现在由 ${row.owner} 接待`);
    } else if (whispered) {
      this.#call(`主管提示：${name}`);
    } else if (mine && before && !this.#store.isMine(before) && row.id !== open) {
      this.#call(`分给您一位顾客：${name}，${row.ticket?.reason_title ?? ""}`);
    } else if (this.#leads && row.ticket?.for_lead && !before?.ticket?.for_lead) {
      this.#call(`请组长关注：${name}，${row.ticket.overdue ? "超时未处理" : "多次催促"}`);
    } else if (row.holder === "queue" && before?.holder !== "queue") {
      this.#call(`新顾客排队：${name}，${row.ticket?.reason_title ?? ""}`);
    } else if (mine && spoke && (row.id !== open || document.hidden)) {
      this.#call(`${name}：${row.last.text}`);
    }
  }

  #call(text) {
    tell(this.#page.aloud, text);
    if (this.#on && this.#audio?.state === "running") this.#ring();
  }

  #switch(on) {
    this.#page.sound.setAttribute("aria-pressed", on);
    localStorage.setItem(PLACE, on ? "on" : "off");
    if (!on) return;
    this.#audio ??= new AudioContext();
    this.#audio.resume().then(() => this.#ring()); // waits by itself until the agent has touched the page
  }

  #ring() {
    this.#note(660, 0);
    this.#note(880, 0.14);
  }

  #note(pitch, after) {
    const start = this.#audio.currentTime + after;
    const [tone, volume] = [this.#audio.createOscillator(), this.#audio.createGain()];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  }
}
