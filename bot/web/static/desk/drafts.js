/** What the agent is writing: a draft per conversation that only the agent changes, kept in this tab over a reload. */

const PLACE = "kefu.desk.drafts";
const EMPTY = { text: "", taken: null, attempt: null };

/** 128 bits in hex. Not randomUUID: that one is missing where a page is opened without TLS. */
function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

export class Drafts {
  #drafts = new Map(JSON.parse(sessionStorage.getItem(PLACE) ?? "[]"));

  /** The draft of a conversation: its `text` and the suggestion `taken` for it, if any. */
  of(id) {
    return this.#drafts.get(id) ?? EMPTY;
  }

  has(id) {
    return this.of(id).text !== "";
  }

  /** Change parts of a draft. */
  write(id, change) {
    this.#drafts.set(id, { ...this.of(id), ...change });
    this.#keep();
  }

  drop(id) {
    this.#drafts.delete(id);
    this.#keep();
  }

  /** What to send for a draft, and its key. Until an attempt got a sure answer the very same goes out again, so that
   * the server knows it; `make` gives the body of a new attempt. */
  attempt(id, make) {
    const before = this.of(id).attempt;
    if (before && before.body.text === this.of(id).text.trim()) return before;
    const attempt = { key: newKey(), body: make() };
    this.write(id, { attempt });
    return attempt;
  }

  #keep() {
    sessionStorage.setItem(PLACE, JSON.stringify([...this.#drafts].filter(([, draft]) => draft.text)));
  }
}
