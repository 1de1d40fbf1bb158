/** How every page makes its elements and says a moment. */

const ZONE = "Asia/Shanghai"; // the shop's time, in which its promises are made

const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE }); // gives 2026-11-11

/** A moment as a shop says it: 14:05, 明天 09:30, 11月24日 09:30. */
export function spoken(moment, now = new Date()) {
  const time = clock.format(moment);
  const day = calendar.format(moment);
  if (day === calendar.format(now)) return time;
  if (day === calendar.format(new Date(now.getTime() + 24 * 3600 * 1000))) return `明天 ${time}`;
  const [, month, date] = day.split("-");
  return `${Number(month)}月${Number(date)}日 ${time}`;
}

/** An element with a class and a text; texts never become markup. */
export function make(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** Pairs of name and text; those without a text are left out, and null is left of none. */
export function pairs(told) {
  const list = make("dl", "");
  for (const [title, text] of Object.entries(told)) {
    if (text) list.append(make("dt", "", title), make("dd", "", String(text)));
  }
  return list.children.length ? list : null;
}

/** Say something new in a place; the same again is left alone, so that screen readers do not repeat it. */
export function tell(node, text) {
  if (node.textContent !== text) node.textContent = text;
  node.hidden = !text;
}
