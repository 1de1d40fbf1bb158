/** Small questions in a dialog: answered by mouse or keys, closed by Esc. */

/** Ask, and wait: the form's fields as an object, or null when the agent thought better of it. */
export function ask(dialog) {
  const form = dialog.querySelector("form");
  form.reset();
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
