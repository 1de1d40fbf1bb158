/** What agents call things, and how long something takes in their words. */

import { spoken } from "../shown.js";

export const GROUPS = { presale: "售前", sale: "售中", aftersale: "售后", senior: "资深客服" };
export const STAGES = {
  unpaid: "未付款", paid: "已付款", shipped: "已发货", signed: "已签收", refunding: "退款中",
};
export const PRESENCE = { online: "在线", busy: "忙碌", away: "挂起", offline: "离线" };
export const AUTHORS = { customer: "顾客", bot: "机器人", agent: "客服" };
export const FLAGS = { red: "红旗", yellow: "黄旗", green: "绿旗", blue: "蓝旗", purple: "紫旗", "": "不插旗" };
/** Why an order is to be looked at. */
export const REASONS = {
  address: "改地址", remark: "改备注", item: "换规格", gift: "赠品", urge: "催发", intercept: "拦截", other: "其他",
};

/** How the customer sounds; calm is not worth a mark. */
export const MOODS = {
  urging: "催促", displeased: "不满", angry: "生气", abusive: "言辞激烈", threatening: "投诉风险",
};

const SENT = { queued: "待发出", sending: "发送中", unknown: "不确定是否送达", failed: "没有送达", dropped: "没有发出" };
const KINDS = { image: "图片", sticker: "表情", voice: "语音", order_card: "订单卡片", product_card: "商品卡片" };
const DUE = { first: "回复", next: "回复", resolution: "结案" };
const SOON = 5 * 60; // seconds before the promised time at which it is coloured; our default

/** A stretch of seconds: 42秒, 3分20秒, 1时05分. */
export function lasted(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours) return `${hours}时${String(minutes).padStart(2, "0")}分`;
  return minutes ? `${minutes}分${String(whole % 60).padStart(2, "0")}秒` : `${whole}秒`;
}

/** What is due next in a case: what to show, and `fine`, `soon` or `late` for its colour. */
export function due({ due: next }, now) {
  if (!next) return { text: "", urgency: "fine" };
  const left = (Date.parse(next.at) - now) / 1000;
  const what = DUE[next.kind];
  if (left < 0) return { text: `${what}超时 ${lasted(-left)}`, urgency: "late" };
  return { text: `${spoken(new Date(next.at), new Date(now))} 前${what}`, urgency: left < SOON ? "soon" : "fine" };
}

/** A message in one line: its text, or what it is. */
export function gist(message) {
  const kind = KINDS[message.type];
  return [kind ? `[${kind}]` : "", message.text].filter(Boolean).join(" ") || "[无法显示的消息]";
}

/** When an order was last heard of; one that nobody pushes may have changed since it was read. */
export function asOf(order) {
  return order.as_of && `${spoken(new Date(order.as_of))}${order.live ? "" : "（表格导入，可能已有变化）"}`;
}

/** What became of a message of ours, where that is worth saying. */
export function fate(message) {
  return message.state === "recalled" ? "顾客已撤回" : SENT[message.state] ?? "";
}
