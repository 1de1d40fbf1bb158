/** The line above a conversation: whose it is, and what the agent may do with it. */

import { tell } from "../shown.js";

/** Show a row's name and holder, and only the buttons that would work. */
export function showHead(page, row, mine) {
  const others = row.holder === "agent" && !mine;
  tell(page.name, row.customer_name || row.customer);
  tell(page.holder, holderOf(row, mine));
  page.holder.dataset.holder = others ? "other" : row.holder;
  page.claim.hidden = row.holder === "agent";
  for (const button of [page.release, page.transfer, page.resolve]) button.hidden = !mine;
  page.draft.disabled = others;
  page.send.disabled = others;
  tell(page.send, mine || others ? "发送" : "领取并发送");
  page.draft.placeholder = hintOf(row, mine, others);
}

function holderOf(row, mine) {
  if (mine) return "您在接待";
  if (row.holder === "agent") return `${row.owner} 在接待`;
  return row.holder === "queue" ? `排队中 · ${row.ticket?.reason_title ?? "等人工"}` : "机器人在接待";
}

function hintOf(row, mine, others) {
  if (others) return `${row.owner} 在接待，您可以看，不能发`;
  return mine ? "写给顾客的话；/ 找快捷短语" : "直接写也可以：发送时会先领取，机器人不再插话";
}
