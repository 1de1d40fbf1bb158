/** Before sharp words reach an angry customer: shown once more, and sent only by a second, later decision (SR-283). */

import { make } from "../shown.js";

const PAUSE = 1000; // milliseconds in which nothing confirms: a second Enter of haste must not

/** Show what was found; whether the agent means it. Esc and the button that has the focus lead back to the words. */
export function isMeant(page, sharp) {
  const { cooling } = page;
  page["cooling-found"].replaceChildren(...sharp.map(itemOf));
  page["cooling-send"].disabled = true;
  const wait = setTimeout(() => (page["cooling-send"].disabled = false), PAUSE);
  const opened = performance.now();
  const tooSoon = (event) => {
    if (event.key === "Enter" && performance.now() - opened < PAUSE) event.preventDefault();
  };
  cooling.returnValue = "";
  cooling.addEventListener("keydown", tooSoon);
  cooling.showModal();
  page["cooling-back"].focus();
  return new Promise((decided) => {
    cooling.addEventListener(
      "close",
      () => {
        clearTimeout(wait);
        cooling.removeEventListener("keydown", tooSoon);
        decided(cooling.returnValue === "yes");
      },
      { once: true },
    );
  });
}

function itemOf({ found, advice }) {
  const item = make("li", "");
  item.append(make("b", "", found), ` ${advice}`);
  return item;
}
