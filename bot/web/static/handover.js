/** The hand-over sheet: print it, or give on the chosen conversations, all of them or none. */

import { Refused, post, whoami } from "./desk/api.js";
import { tell } from "./shown.js";

const form = document.getElementById("handing");
const refused = document.getElementById("refused");
let tried = { body: "", key: "" }; // what was sent last, kept until the server's answer is sure

document.getElementById("print").addEventListener("click", () => print());
if (form) {
  form.addEventListener("submit", give);
  await whoami();
  form.querySelector("button").disabled = false; // until then Enter does nothing: the browser's own sending gives nothing on
}

async function give(event) {
  event.preventDefault();
  const told = new FormData(form);
  const conversations = told.getAll("conversation");
  if (!conversations.length) return tell(refused, "请至少选一个会话");
  const body = { conversations, to: told.get("to") || null, reason: told.get("reason") };
  const written = JSON.stringify(body);
  if (tried.body !== written) tried = { body: written, key: crypto.randomUUID() };
  form.querySelector("button").disabled = true;
  try {
    const given = await post("/v1/desk/handover", body, { "idempotency-key": tried.key });
    location.assign(`/desk/handover?done=${given.conversations.length}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(refused, error.code === "lost" ? "网络不通，不确定是否交出；请再点一次，不会重复" : `${error.message}（一个都没有交出）`);
  } finally {
    form.querySelector("button").disabled = false;
  }
}
