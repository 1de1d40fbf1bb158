/** The suggested replies above the typing area: taken by number, greyed as soon as the customer has gone on. */

import { make } from "../shown.js";

export class Suggestions {
  #place;
  #cards = [];
  #taken = "";

  constructor(place) {
    this.#place = place;
    this.take = () => {}; // set by whoever acts on a click on a card
  }

  /** Show up to three; `customerSeq` is the number of the customer's newest message. Cards that stay are kept as they
   * are, so that focus stays on them. */
  show(suggestions, customerSeq, takenId) {
    this.#taken = takenId;
    const before = new Map(this.#cards.map((card) => [card.suggestion.id, card]));
    this.#cards = suggestions.slice(0, 3).map((one) => before.get(one.id) ?? this.#cardOf(one));
    this.#cards.forEach((card, index) => {
      card.suggestion = suggestions[index];
      const stale = isStale(card.suggestion, customerSeq);
      card.key.textContent = index + 1;
      card.source.textContent = sourceOf(card.suggestion, stale);
      card.button.classList.toggle("stale", stale);
      card.button.setAttribute("aria-pressed", card.suggestion.id === takenId);
    });
    const nodes = this.#cards.map((card) => card.node);
    const same = nodes.length === this.#place.children.length && nodes.every((node, i) => this.#place.children[i] === node);
    if (!same) this.#place.replaceChildren(...nodes);
  }

  /** The suggestion of a number from 1 on. */
  at(number) {
    return this.#cards[number - 1]?.suggestion;
  }

  /** The one that a rejection means: the taken one, the focused one, or the only one. */
  get meant() {
    const card =
      this.#cards.find((one) => one.suggestion.id === this.#taken) ??
      this.#cards.find((one) => one.button === document.activeElement) ??
      (this.#cards.length === 1 ? this.#cards[0] : null);
    return card?.suggestion;
  }

  focus(id) {
    this.#cards.find((card) => card.suggestion.id === id)?.button.focus();
  }

  #cardOf(suggestion) {
    const [node, button] = [make("li", ""), make("button", "suggestion")];
    button.type = "button";
    const card = { suggestion, node, button, key: make("kbd", ""), source: make("span", "source") };
    const text = make("span", "text", suggestion.text);
    button.append(card.key, text, card.source);
    button.addEventListener("click", () => this.take(card.suggestion));
    node.append(button);
    return card;
  }
}

/** Whether a suggestion was made for what the customer said before the newest message (bar 23). */
export function isStale(suggestion, customerSeq) {
  return suggestion.stale || customerSeq > suggestion.after_seq;
}

function sourceOf({ phrase, score }, stale) {
  const sure = score ? `把握 ${Math.round(score * 100)}%` : "";
  return [stale ? "已过时：顾客又说了话" : "", phrase, sure].filter(Boolean).join(" · ");
}
