/** An offered conversation: to whom it is offered, what it is about, and the keys that take or leave it. */

import { make, spoken, tell } from "../shown.js";

const PARTS = { wants: "要什么", promised: "答应过", tried: "试过" };

/** Show the offer of the open conversation: to the receiver with a summary and buttons, to the sender what becomes of
 * it. */
export function showOffer(page, store, row, summary) {
  const incoming = store.isOffered(row);
  const text = incoming ? askOf(row.offer, store.now()) : newsOf(row, store);
  page.offer.hidden = !text;
  tell(page["offer-says"], text);
  page["offer-acts"].hidden = !incoming;
  page["offer-about"].replaceChildren(...(incoming && summary ? about(summary) : []));
  page["offer-about"].hidden = !page["offer-about"].children.length;
}

/** What became of an offer, for whom it matters; "" where there is nothing to say. */
export function newsOf({ offer, owner }, store) {
  if (!offer || !store.isMe(owner) || !store.isMe(offer.sender)) return "";
  const { receiver, state, answer, until } = offer;
  if (state === "declined") return `${receiver} 没有接受转接：${answer}。仍由您接待`;
  if (state === "expired") return `${receiver} 没有及时接受转接，仍由您接待`;
  return `已请 ${receiver} 接手，${spoken(new Date(until), new Date(store.now()))} 前没有接受就仍由您接待`;
}

function askOf({ sender, reason, until }, now) {
  return `${sender} 想把这位顾客转给您：${reason}（${spoken(new Date(until), new Date(now))} 前有效）`;
}

/** What is wanted, was promised and was tried, as pairs of a list. */
export function about(summary) {
  return Object.entries(PARTS).flatMap(([part, title]) =>
    summary[part].length ? [make("dt", "", title), ...summary[part].map((line) => make("dd", "", line))] : [],
  );
}
