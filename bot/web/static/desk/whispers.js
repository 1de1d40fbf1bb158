/** What leads whispered and ordered in a conversation, as lines among its messages; customers never see them. */

/** An act of a lead in one sentence. */
export function saidOf({ kind, lead, sender, receiver, text }) {
  const had = sender ? `（原由 ${sender} 接待）` : "";
  return {
    whisper: `${lead} 提示：${text}`,
    take_over: `${lead} 接管了会话${had}：${text}`,
    reassign: `${lead} 把会话转给 ${receiver}${had}：${text}`,
    watch: `${lead} 查看了会话`,
    seen: `${lead} 处理了红旗`,
  }[kind];
}

/** Lines that `Talk` shows between the messages they came between. */
export function linesOf(supervisions) {
  return supervisions.map((act) => ({
    id: act.id, seq: act.after_seq + 0.5, author: "lead", type: act.kind, state: act.kind, at: act.at,
    text: act.kind === "whisper" ? act.text : saidOf(act),
    by: act.kind === "whisper" ? `主管 ${act.lead} · 内部提示，顾客看不到` : "主管 · 顾客看不到",
  }));
}
