/** A case's page: its forms act through the JSON API, and the page is shown anew with what became of it. */

import { Refused, post, whoami } from "../desk/api.js";

const SAID = "kefu-case-done";
const place = document.querySelector("#case");
const [notice, done] = [document.querySelector("#notice"), document.querySelector("#done")];
const where = `/v1/cases/${encodeURIComponent(place.dataset.case)}`;
let busy = false;

/** A form's fields as the API takes them: sums are typed in yuan and sent in fen, and an empty sum is left out. */
function bodyOf(form, pressed) {
  const body = Object.fromEntries(new FormData(form, pressed));
  for (const field of form.querySelectorAll("[data-yuan]")) {
    if (body[field.name].trim()) body[field.name] = fenOf(body[field.name].trim());
    else delete body[field.name];
  }
  return body;
}

/** 12.5 yuan are 1250 fen; no floating point in between. */
function fenOf(text) {
  const [yuan, rest = ""] = text.split(".");
  return Number(yuan) * 100 + Number(rest.padEnd(2, "0"));
}

async function act(path, body) {
  if (busy) return;
  busy = true;
  notice.hidden = true;
  done.hidden = true;
  try {
    await post(`${where}/${path}`, body);
    sessionStorage.setItem(SAID, "已保存");
    location.reload();
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused;
    notice.textContent = refused.message;
    notice.hidden = false;
    notice.focus();
  } finally {
    busy = false;
  }
}

await whoami();
for (const form of document.querySelectorAll("form[data-act]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(form.dataset.act, bodyOf(form, event.submitter));
  });
}
for (const box of document.querySelectorAll("[data-step]")) {
  box.addEventListener("change", async () => {
    const wanted = box.checked;
    await act("steps", { step: box.dataset.step, done: wanted });
    if (!notice.hidden) box.checked = !wanted;
  });
}
if (sessionStorage.getItem(SAID)) {
  done.textContent = sessionStorage.getItem(SAID);
  done.hidden = false;
  sessionStorage.removeItem(SAID);
}
document.body.dataset.ready = "yes";
