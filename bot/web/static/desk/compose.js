/** The typing area: the draft of the open conversation, a taken suggestion, and sending each once. */

import { tell } from "../shown.js";
import { post } from "./api.js";
import { isMeant } from "./cooling.js";
import { isStale } from "./suggest.js";
import { gist } from "./words.js";

export class Composer {
  #page;
  #desk;
  #sending = new Map(); // conversation with a message on its way → whether it arrived

  constructor(page, desk) {
    this.#page = page;
    this.#desk = desk;
    this.shortcut = () => false; // set by whoever knows what a first character stands for
    page.draft.addEventListener("input", (event) => this.#typed(event));
    page.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  get #draft() {
    return this.#desk.drafts.of(this.#desk.open);
  }

  /** Show the draft of the conversation that was opened. */
  show() {
    this.#page.draft.value = this.#draft.text;
    this.#page.draft.readOnly = this.#sending.has(this.#desk.open);
    this.notice("");
    this.#grow();
    this.#desk.written();
  }

  notice(text) {
    tell(this.#page.notice, text);
  }

  /** Put words into the draft as if they were typed. */
  write(text, taken = this.#draft.taken) {
    this.#desk.drafts.write(this.#desk.open, { text, taken });
    this.#page.draft.value = text;
    this.notice("");
    this.#grow();
    this.#desk.written();
    this.#desk.showSuggestions();
  }

  /** Put words where the cursor is. */
  insert(text) {
    const { value, selectionStart, selectionEnd } = this.#page.draft;
    this.write(value.slice(0, selectionStart) + text + value.slice(selectionEnd));
    this.#page.draft.setSelectionRange(selectionStart + text.length, selectionStart + text.length);
    this.#page.draft.focus();
  }

  /** Fill the draft with a suggestion; a stale one only tells what changed. */
  take(suggestion) {
    if (isStale(suggestion, this.#desk.talk.customerSeq)) {
      this.#tellStale(suggestion);
      return;
    }
    this.write(suggestion.text, suggestion);
  }

  /** Give a taken suggestion back. */
  untake() {
    this.write("", null);
  }

  edit() {
    this.#page.draft.focus();
    this.#page.draft.setSelectionRange(this.#page.draft.value.length, this.#page.draft.value.length);
  }

  /** Send the draft, once however often it is asked for; whoever sends to a waiting customer has claimed them. */
  send() {
    const [id, { text, taken }] = [this.#desk.open, this.#draft];
    if (this.#sending.has(id) || !text.trim()) return;
    if (taken?.text === text && isStale(taken, this.#desk.talk.customerSeq)) {
      this.#tellStale(taken);
      return;
    }
    const from = document.activeElement;
    const sending = this.#claimed(id).then((mine) => mine && this.#deliver(id, from));
    this.#sending.set(id, sending);
    this.#page.draft.readOnly = true;
    sending.finally(() => {
      this.#sending.delete(id);
      this.#page.draft.readOnly = this.#sending.has(this.#desk.open);
    });
  }

  /** Wait until nothing is on its way to a customer; false where something did not arrive. */
  async hasSent(id) {
    return this.#sending.get(id) ?? true;
  }

  async #claimed(id) {
    return this.#desk.isMine() || this.#desk.acts.claim(id);
  }

  async #deliver(id, from, confirmed = false) {
    const { key, body } = this.#desk.drafts.attempt(id, () => ({ ...this.#body(), confirmed }));
    try {
      const answer = await post(`/v1/desk/conversations/${id}/messages`, body, { "idempotency-key": key });
      this.#desk.drafts.drop(id);
      if (this.#desk.open === id) {
        this.show();
        if (this.#isStill(from)) this.#page.draft.focus();
      }
      this.#desk.sent(answer);
      return true;
    } catch (refused) {
      if (!refused.unsure) this.#desk.drafts.write(id, { attempt: null });
      if (this.#desk.open !== id) return false;
      if (refused.code !== "confirm") this.#tellRefusal(refused, body);
      else if (await isMeant(this.#page, refused.told.sharp)) return this.#deliver(id, from, true);
      else this.#page.draft.focus();
      return false;
    }
  }

  /** Whether the agent is where the message was sent from; a card that went with it counts, another place does not. */
  #isStill(from) {
    return document.activeElement === from || !from.isConnected;
  }

  #body() {
    const { text, taken } = this.#draft;
    const said = { text: text.trim(), after_seq: this.#desk.talk.customerSeq };
    if (!taken || isStale(taken, this.#desk.talk.customerSeq)) return said;
    return { ...said, after_seq: taken.after_seq, suggestion: taken.id, edited: said.text !== taken.text };
  }

  #tellRefusal(refused, body) {
    if (refused.code === "stale") {
      this.#desk.talk.show(refused.told.newer);
      if (body.suggestion && !body.edited) this.#tellStale(body);
      else this.notice(`没有发出：${this.#newsSince(body)}。看过后再按 Enter 发送`);
      this.#desk.showSuggestions();
    } else {
      this.notice(refused.message);
    }
  }

  #tellStale(suggestion) {
    this.notice(`这条建议已过时，不能发送：${this.#newsSince(suggestion)}。按 E 改写后再发`);
  }

  #newsSince({ after_seq }) {
    const said = this.#desk.talk.since(after_seq).map((one) => `“${gist(one)}”`);
    return `顾客又说了${said.join("、") || "话"}`;
  }

  #typed(event) {
    const { value } = this.#page.draft;
    if (event.inputType === "insertText" && !this.#draft.text) {
      this.#page.draft.value = "";
      if (this.shortcut(value)) return;
      this.#page.draft.value = value;
    }
    this.#desk.drafts.write(this.#desk.open, value ? { text: value } : { text: "", taken: null });
    this.notice("");
    this.#grow();
    this.#desk.written();
    this.#desk.showSuggestions();
  }

  #grow() {
    const { draft } = this.#page;
    draft.style.height = "auto";
    draft.style.height = `${draft.scrollHeight + draft.offsetHeight - draft.clientHeight}px`;
  }
}
