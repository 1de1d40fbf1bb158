/** The list of cases: opening one by hand leads to its page, and so does one that is open already. */

import { Refused, post, whoami } from "../desk/api.js";

const form = document.querySelector("#open-case");
const notice = document.querySelector("#notice");
const show = (id) => location.assign(`/desk/cases/${encodeURIComponent(id)}`);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await whoami();
    show((await post("/v1/cases", Object.fromEntries(new FormData(form)))).line.id);
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    if (refused.told.case) return void show(refused.told.case);
    notice.textContent = refused.message;
    notice.hidden = false;
    notice.focus();
  } finally {
    button.disabled = false;
  }
});
