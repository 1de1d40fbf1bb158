"""What each rule of `kefu check` is about and why it is there, in the trainers' language."""

from __future__ import annotations

from collections.abc import Mapping

#: Rule → explanation. `style-…` stands for every rule of the house style.
RULES: Mapping[str, str] = {
    "yaml": "文件读不出来：缩进、引号、重复的键、& * ! 标签、制表符，或者不是 UTF-8。报告会指出行号",
    "shape": "写法不对：应当是一列文字（每行以“- ”开头），或者“键: 值”",
    "unknown-key": "这个键没有人会读，多半是写错了字",
    "missing": "缺少必须写的内容",
    "empty": "列表里有空行",
    "choice": "这个键只能从几个词里选",
    "title": "意图标题会念给客户选，最多 12 个字",
    "rival": "unlike 里写的意图不存在",
    "few-examples": "例句少于 8 句，学不准",
    "duplicate": "同一句话写了两遍；两个意图都有同一句时，机器人无从分辨",
    "pattern": "句式（patterns）的写法有误",
    "stage": "stages 里写的订单进度或意图不存在",
    "no-phrases": "意图没有话术，机器人无话可说",
    "no-plan": "店铺文件里写到的主动消息，phrases/proactive/ 里没有",
    "plan": "主动消息的文件写得不对：什么时候说、对谁说、说几次",
    "care-ad": "节日、天气的关怀只是问候和提醒，不能有广告、链接，也不能拿好处换什么（SR-144）",
    "no-intent": "话术或用例没有对应的意图，永远用不到",
    "no-cases": "意图没有用例，改动之后没人知道它还对不对",
    "not-fresh": "用例就是例句本身，测不出真本事；换一种说法",
    "few-variants": "说法太少，客户会听到重复的话（SR-019）",
    "long": "一条话术超过 200 个字，客户读不下去",
    "template": "模板里只能写 {{ 变量 }}，不能有运算、循环、函数",
    "unknown-fact": "话术用到的店铺事实在 _shop.yaml 里没有，这条话术永远说不出来",
    "unknown-slot": "这里没有这个变量可用",
    "no-time": "转人工的话要告诉客户多久（SR-040）",
    "promise-twice": "转人工的 {{ wait }} 已经由工单盯着，不能再登记一次承诺",
    "promise-open": "话里答应了客户什么时候办什么事，却没有写 promise，到时没有人会提醒（SR-041、SR-286）",
    "number": "要写成整数",
    "style-bad": "_style.yaml 里一条规则的反面例子没有被它抓到：句式写漏了",
    "style-good": "_style.yaml 里一条规则的正面例子被抓到了：会误伤好话，补一条 except",
    "style-…": "说话规矩：称呼、语气、标点、绝对化用语等，括号里是出处",
    "fact": "店铺事实写得不对：日期、时间、天数、地区或快递",
    "derived": "这一项由别的项目得出，不能自己写",
    "ended": "活动、优惠券或假期已经过去，不会再说，可以删掉",
    "may-expire": "到了某一天（或在某家店）这组话术会没有一句能说，只能转人工；加一条不用那项事实的说法",
    "dialogue-step": "对话的步骤走不通：没有这一步、没人去得了，或没写怎么听回答",
    "dialogue-mode": "意图要求人工回答，对话却让机器人自己答",
    "dialogue-twice": "一个意图只能由一个对话接待",
    "case-kind": "案件类型写得不通：意图、对话、步骤里没有这个名字，或者一个意图会开两类案件",
    "unused": "没有任何地方会用到这组话术，可以删掉，或者检查名字有没有写错",
    "rival-example": "（--deep）去掉这句例句再学，别的意图会很有把握地认领它：写到那个意图的例句里，或换个更明确的说法",
    "column": "（kefu product import）商品表的列名不认识，或者缺少必须有的列",
    "cell": "（kefu product import）商品表的这一格写法不对",
    "double": "（kefu product import）商品表里同一个商品或规格写了两遍",
    "case": "（kefu reload）现在能答对、换上新内容以后会答错的用例",
}


def explained(rule: str) -> str:
    """The explanation of a rule that a finding names; "" where its message says it all."""
    return RULES.get("style-…" if rule.startswith("style-") else rule, "")
