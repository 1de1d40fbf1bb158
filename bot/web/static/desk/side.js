/** The right pane: who the customer is, ticket, promises, order and product, notes, and what was before. */

import { make, pairs, spoken } from "../shown.js";
import { about } from "./offer.js";
import { FLAGS, GROUPS, REASONS, STAGES, asOf } from "./words.js";

/** Show what is known beside a conversation; `promised` is the part about promises. */
export function showSide(place, row, { side, summary }, now, promised) {
  const parts = [
    customer(row), ticket(row.ticket, now), gist(summary), promised, order(side), ...orders(side.orders ?? []),
    product(side.product), notes(side.notes), earlier(side.earlier),
  ];
  place.replaceChildren(...parts.filter(Boolean));
}

function part(title, ...content) {
  const section = make("section", "part");
  section.append(make("h3", "", title), ...content.filter(Boolean));
  return section;
}

function customer(row) {
  const tags = make("p", "tags");
  tags.append(...(row.tags ?? []).map((tag) => make("span", "mark", tag)));
  return part("顾客", pairs({ 称呼: row.customer_name, 账号: row.customer, 渠道: row.channel }), tags);
}

function ticket(open, now) {
  if (!open) return null;
  return part("工单", pairs({
    转人工原因: open.reason_title, 已知情况: open.note, 小组: GROUPS[open.group] ?? open.group,
    承诺时间: spoken(new Date(open.deadline), new Date(now)), 催促: open.chases ? `${open.chases} 次` : "",
  }));
}

/** What a colleague should know before the first word. */
function gist(summary) {
  const lines = about(summary);
  if (!lines.length) return null;
  const list = make("dl", "gist");
  list.append(...lines);
  return part("摘要", list);
}

function order(side) {
  const told = pairs({ 订单号: side.order_id, 进度: STAGES[side.order_stage] });
  return told && part("订单", told);
}

/** The customer's orders. */
function orders(known) {
  return known.map((one) => part(`订单 ${one.id}`, pairs({
    状态: one.state, 商品: one.items, 金额: one.amount && `${one.amount}元`, 收货人: one.receiver, 地址: one.address,
    快递: one.courier, 单号: one.tracking_no, 物流: one.scan, 买家留言: one.buyer_note, 卖家备注: one.seller_note,
    更新: asOf(one),
  })));
}

function product(known) {
  if (!known) return null;
  const about = pairs({
    编号: known.id, 价格: known.price, ...known.attributes, 尺码: known.size_chart, 库存: stock(known.stock),
    售后: known.after_sale,
  });
  return part("商品", make("p", "title", known.title), about);
}

/** What the warehouse held, by variant, and when that was read: an old number must not be promised. */
function stock(told) {
  if (!told) return "";
  const levels = Object.entries(told.levels).map(([name, count]) => `${name} ${count ?? "有货"}`.trim());
  return `${levels.join("；")}（${spoken(new Date(told.read_at))} 的数）`;
}

function notes(written) {
  if (!written?.length) return null;
  const list = make("ul", "notes");
  list.append(...written.map((note) => {
    const line = make("li", "", note.text);
    const about = [REASONS[note.reason], note.order_id && `订单 ${note.order_id}`].filter(Boolean).join(" · ");
    if (about) line.prepend(make("strong", "about", about));
    if (note.flag) line.prepend(make("span", `flag ${note.flag}`, FLAGS[note.flag]));
    line.append(make("span", "hint", `${note.agent} ${spoken(new Date(note.at))}`));
    return line;
  }));
  return part("备注", list);
}

function earlier(cases) {
  if (!cases?.length) return null;
  const list = make("ul", "earlier");
  list.append(...cases.map((one) => {
    const line = make("li", "", one.reason_title);
    line.append(make("span", "hint", `${spoken(new Date(one.opened_at))} ${one.agent ? `由 ${one.agent} 处理` : ""}`));
    return line;
  }));
  return part("以前的工单", list);
}
