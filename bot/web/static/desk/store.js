/** What the desk knows: a row per conversation, from a snapshot and the events after it. No screen, no network. */

export const TABS = { mine: "我的", queue: "排队", all: "全部" };

/** Since when the customer of a row waits for a human, in milliseconds; null when nobody waits. */
export function waitsSince(row) {
  const since = row.waiting_since ?? (row.holder === "queue" ? row.ticket?.opened_at : null);
  return since ? Date.parse(since) : null;
}

/** Higher priority first, then who waits longest (SR-054), then who spoke last. */
function pressing(a, b) {
  const [left, right] = [waitsSince(a) ?? Infinity, waitsSince(b) ?? Infinity];
  return (b.ticket?.priority ?? 0) - (a.ticket?.priority ?? 0) || (left === right ? recent(a, b) : left - right);
}

function recent(a, b) {
  return Date.parse(b.last?.at ?? 0) - Date.parse(a.last?.at ?? 0) || a.id.localeCompare(b.id);
}

const ORDER = { mine: pressing, queue: pressing, all: recent };

export class Store {
  #rows = new Map();
  #seen = new Map(); // conversation → number of the newest message the agent has looked at
  #heard = new Map(); // conversation → when the newest whisper came that the agent has looked at
  #me;

  /** `me` is the account's name. */
  constructor(me) {
    this.#me = me;
    this.number = 0; // of the newest event taken in
    this.ahead = 0; // milliseconds by which the server's clock is ahead of this one
  }

  /** Begin anew from a snapshot. */
  replace({ event, now, conversations }) {
    this.#rows = new Map(conversations.map((row) => [row.id, row]));
    this.number = event;
    this.ahead = Date.parse(now) - Date.now();
  }

  /** Take in an event's row; false for one that was taken in before, or is older than what the server answered since. Of
   * what is told together only the last has the new number, the others still that of before. */
  apply(number, row) {
    if (number < this.number) return false;
    this.number = number;
    if (row.seq < (this.#rows.get(row.id)?.seq ?? 0)) return false;
    this.put(row);
    return true;
  }

  /** A row that the server answered with. */
  put(row) {
    this.#rows.set(row.id, row);
  }

  get(id) {
    return this.#rows.get(id);
  }

  /** Now, by the server's clock, in milliseconds. */
  now() {
    return Date.now() + this.ahead;
  }

  isMine(row) {
    return row.holder === "agent" && row.owner === this.#me;
  }

  isMe(name) {
    return name === this.#me;
  }

  /** Whether a colleague offers a conversation to this agent, who may still accept. */
  isOffered({ offer }) {
    return offer?.state === "offered" && offer.receiver === this.#me && Date.parse(offer.until) > this.now();
  }

  /** The rows of a tab in their order. */
  listed(tab) {
    const mine = (row) => this.isMine(row) || this.isOffered(row);
    const belongs = { mine, queue: (row) => row.holder === "queue", all: () => true }[tab];
    return [...this.#rows.values()].filter(belongs).sort(ORDER[tab]);
  }

  /** How many rows each tab has. */
  counts() {
    return Object.fromEntries(Object.keys(TABS).map((tab) => [tab, this.listed(tab).length]));
  }

  /** How many customers wait for this agent: the queue, and one's own who have no answer yet. */
  waiting() {
    const own = this.listed("mine").filter((row) => row.waiting_since);
    return this.listed("queue").length + own.length;
  }

  look(id) {
    this.#seen.set(id, this.get(id)?.last?.seq ?? 0);
    this.#heard.set(id, this.get(id)?.whispered_at);
  }

  /** Whether a lead has whispered something in this case that the agent has not looked at. */
  isWhispered(row) {
    const at = row.whispered_at;
    if (!at || at === this.#heard.get(row.id) || !(this.isMine(row) || row.holder === "queue")) return false;
    return !row.ticket || Date.parse(at) >= Date.parse(row.ticket.opened_at);
  }

  isUnread(row) {
    return row.last?.author === "customer" && row.last.seq > (this.#seen.get(row.id) ?? 0);
  }
}
