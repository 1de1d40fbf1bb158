/** Whether the agent is there: kept by the server, changed by hand. */

import { get, post } from "./api.js";

/** Show one's state and follow the agent's choice; who opens the desk after being offline is online. */
export async function startPresence(select, name) {
  const put = (state) => post("/v1/desk/presence", { state });
  select.addEventListener("change", () => put(select.value));
  const own = (await get("/v1/desk/agents")).find((one) => one.name === name);
  if (own && own.state !== "offline") select.value = own.state;
  else await put(select.value);
}
