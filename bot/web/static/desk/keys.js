/** The keyboard: single letters outside of a text field, the same letters with Alt everywhere. */

import { make } from "../shown.js";

/** What the help shows, and which letters do what. */
export const KEYS = [
  ["J / K", "下一个 / 上一个会话"],
  ["C", "领取这位顾客；没有打开会话时领取排队的第一位"],
  ["I", "到输入框"],
  ["1 2 3", "采用第几条建议"],
  ["Enter", "发送（输入法选词时不会发送）"],
  ["Shift Enter", "换行"],
  ["E", "修改采用的建议"],
  ["X", "不用这条建议，并说明原因"],
  ["/", "搜索快捷短语"],
  ["S", "把最相似的一条答复放进输入框"],
  ["Alt W", "按用语提醒改写"],
  ["T", "转接"],
  ["A / D", "接受 / 不接受同事转来的顾客"],
  ["R", "结束会话"],
  ["M", "给顾客留标记，只有同事看得到"],
  ["G", "我的、排队、全部之间切换"],
  ["F", "最早到期的一条承诺：已办好"],
  ["P", "更正最早到期的一条承诺"],
  ["H", "交接班"],
  ["Esc", "放下建议、离开输入框、关闭小窗"],
  ["?", "这张表"],
];

/** Whether a key belongs to the input method; Safari ends the composition before this event and only leaves 229. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Call `acts[letter]` for the keys pressed; `acts.Enter` and `acts.Escape` for those. An act that returns false leaves
 * the key to the browser. */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.repeat && event.key === "Enter") return;
    if (document.querySelector("dialog[open]")) return;
    const act = acts[nameOf(event)];
    if (!act || (isTyping(event.target) && !event.altKey && !["Enter", "Escape"].includes(event.key))) return;
    if (act(event) !== false) event.preventDefault();
  });
}

export function fill(list) {
  for (const [keys, what] of KEYS) {
    const term = make("dt", "");
    term.append(...keys.split(" ").map((key) => (key === "/" && keys !== "/" ? " / " : make("kbd", "", key))));
    list.append(term, make("dd", "", what));
  }
}

/** The letter on the key, whatever Alt or an input method makes of it; otherwise what was typed. */
function nameOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  return letter ?? { "？": "?", "、": "/" }[event.key] ?? event.key;
}

function isTyping(node) {
  return node instanceof HTMLElement && node.matches("input:not([type=radio]), textarea, select");
}
