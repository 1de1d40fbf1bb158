/** What a lead orders in a conversation: take over, give it to somebody, whisper, say that it is seen to. */

import { post } from "../desk/api.js";
import { ask } from "../desk/dialogs.js";
import { PRESENCE } from "../desk/words.js";
import { THERE } from "./team.js";

const where = (id) => `/v1/desk/lead/conversations/${encodeURIComponent(id)}`;

/** Whom the lead sees holding a conversation; "" for nobody. */
const seen = ({ holder, owner }) => (holder === "agent" ? owner : "");

/** Ask why, and take a conversation; null when the lead thought better of it, else its row. */
export async function takeOver(page, row) {
  const had = seen(row);
  page["taking-about"].textContent = had
    ? `现在由 ${had} 接待。接管后 ${had} 不能再发，机器人也不会插话。`
    : "接管后由您接待，机器人不会插话。";
  const told = await ask(page.taking);
  return told && post(`${where(row.id)}/take-over`, { seen: had, reason: told.reason });
}

/** Ask for whom and why, and give a conversation; null when the lead thought better of it, else its row. */
export async function reassign(page, row, agents, me) {
  const likely = agents.filter((agent) => agent.name !== me && agent.name !== seen(row));
  page["reassign-to"].replaceChildren(...likely.map(optionOf));
  const full = () => {
    const chosen = likely.find((agent) => agent.name === page["reassign-to"].value);
    page["reassign-full"].hidden = !chosen || chosen.held < chosen.capacity;
  };
  page["reassign-to"].onchange = full;
  const told = await ask(page.reassigning, full);
  if (!told) return null;
  return post(`${where(row.id)}/reassign`, {
    to: told.to, seen: seen(row), reason: told.reason, force: told.force === "yes",
  });
}

export function whisper(id, text) {
  return post(`${where(id)}/whispers`, { text });
}

export function see(id) {
  return post(`${where(id)}/seen`);
}

function optionOf({ name, display_name: shown, state, held, capacity }) {
  const full = held >= capacity ? "，已满" : "";
  const option = new Option(`${shown}（${PRESENCE[state]}，${held}/${capacity}${full}）`, name);
  option.disabled = !THERE.has(state);
  return option;
}
