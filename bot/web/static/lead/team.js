/** The agents: who is there, how much each has in hand, and how long their customers wait. */

import { make, spoken, tell } from "../shown.js";
import { GROUPS, PRESENCE, lasted } from "../desk/words.js";
import { Keyed } from "./keyed.js";

export const THERE = new Set(["online", "busy"]);

export class Team {
  #page;
  #list;
  #shown = [];

  constructor(page) {
    this.#page = page;
    this.#list = new Keyed(page["team-list"], itemOf);
  }

  show(agents, now) {
    this.#shown = [];
    this.#list.show(agents, (agent) => agent.name, (item, agent) => {
      fill(item, agent, now);
      this.#shown.push({ item, agent });
    });
    const there = agents.filter((agent) => THERE.has(agent.state)).length;
    for (const place of ["team-count", "jump-team"]) tell(this.#page[place], `${there}/${agents.length}`);
    this.tick(now);
  }

  tick(now) {
    for (const { item, agent } of this.#shown) {
      const waits = agent.oldest ? `${agent.unanswered} 位在等，最久 ${lasted((now - Date.parse(agent.oldest)) / 1000)}` : "";
      tell(item.waits, waits);
    }
  }
}

function itemOf() {
  const node = make("li", "card agent-card");
  const item = { node, meter: make("meter", "load") };
  for (const part of ["name", "state", "held", "waits", "pace"]) item[part] = make("span", part);
  node.append(item.name, item.state, item.meter, item.held, item.waits, item.pace);
  return item;
}

function fill(item, agent, now) {
  const full = agent.held >= agent.capacity;
  const skills = agent.groups.map((group) => GROUPS[group] ?? group).join("、");
  tell(item.name, [agent.display_name, skills].filter(Boolean).join(" · "));
  tell(item.state, PRESENCE[agent.state]);
  item.node.dataset.state = agent.state;
  Object.assign(item.meter, { min: 0, max: agent.capacity, value: Math.min(agent.held, agent.capacity) });
  item.meter.setAttribute("aria-label", `${agent.display_name} 接待 ${agent.held} 位，上限 ${agent.capacity} 位`);
  item.meter.dataset.full = full;
  tell(item.held, `${agent.held}/${agent.capacity}${full ? " 已满" : ""}`);
  tell(item.pace, paceOf(agent, now));
  const idle = agent.state === "offline" && !agent.held;
  item.meter.hidden = idle;
  item.held.hidden = idle;
}

function paceOf({ answered, first_answer: first, state, seen_at: seen }, now) {
  const pace = answered ? `今天首次回复平均 ${lasted(first)}（${answered} 位）` : "";
  const left = state === "offline" && seen ? `最后在线 ${spoken(new Date(seen), new Date(now))}` : "";
  return [pace, left].filter(Boolean).join(" · ");
}
