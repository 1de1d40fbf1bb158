/** Small questions in a dialog: answered by mouse or keys, closed by Esc. */

/** Ask, and wait: the form's fields as an object, or null when the agent thought better of it. `fill` puts into the
 * empty form what is known. */
export function ask(dialog, fill = () => {}) {
  const form = dialog.querySelector("form");
  form.reset();
  fill(form.elements);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answered) => {
    dialog.addEventListener(
      "close",
      () => answered(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null),
      { once: true },
    );
  });
}
