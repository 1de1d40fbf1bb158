"""How a promise is put in an agent's words: the deeds that can be promised, and what makes a clause no promise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.core.promises import Kind

#: For how long a promise of a few moments, and one without any time, is taken; our defaults.
AT_ONCE, DAY = timedelta(minutes=5), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deed:
    """How one kind of promise is put."""

    kind: Kind
    said: re.Pattern[str]
    lasts: timedelta | None  #: how long it is given when no time is named; None: without a time it is no promise
    without: re.Pattern[str] | None = None  #: what the same words mean elsewhere


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts))


QUESTION = _any(
    "[?？]", "[吗么嘛](?:[?？。!！~～]|$)", "呢$",
    "能不能|是不是|可不可以|要不要|有没有|什么时候|几点|哪天|多久",
)  # fmt: skip
#: 稍等好吗 asks for nothing.
COURTESY = re.compile("[,，]?(?:好吗|好不好|可以吗|行吗|好嘛|可以不)[?？。!！~～]*$")
#: The customer's own words.
QUOTED = _any(
    "“[^”]*”", "「[^」]*」", "\"[^\"]*\"",
    "(?<![帮给为替])[您你](?:刚才|之前|前面|刚刚)?(?:说|问|提到|讲)的?[^,，。！？!?;；\n]*",
)  # fmt: skip
#: A rule of the shop, which says nothing of this order.
RULE = _any(
    "前付|付好|付款的|付款后|付款当天|付款次日|之后付|拍下的|之后的订单|之后的?次日|现货都|都是",
    "一般|通常|平时|正常|默认|每天|每单",
    "满\\d|满[一二三四五六七八九十百]|买[一二三\\d]",
)
#: Something that must happen first, and that is not ours to do.
CONDITION = _any(
    "如果|要是|假如|倘若|万一|的话|只要|除非",
    "(?:拍下|下单|付款|付好|签收|收到货|收到商品|收到包裹|寄回|寄到|退回|审核|审批|申请|提交|同意|通过)[^,，]{0,5}"
    "(?:后|之后|以后|了再|再)",
    "(?:您|请|麻烦|把|来).{0,14}(?:发来|发过来|发给我|发我|说说|说一下|写下来|写清楚|写一句|留下|留个|提供|告诉[我咱]|拍给我|报一下)",
    "回复“”",
)
_DENIED = _any(
    "不能|不会|不了|不到|不一定|不敢|不支持|不可以|不送|不发|不退|不用|不必|不需要|不方便|不再|不好说|不清楚|不确定|不保证",
    "没办法|没有办法|无法|没法|未必|无需|别等|暂不|难以|从来没|取消",
    "没(?:有)?(?:说|承诺|答应)",
    "(?:没|没有|未)(?:给|为|帮|送|发|寄|退|联系|回复|收到)",
)
_DOUBTED = _any(
    "可能|也许|说不定|看情况|大概率|没准|希望|最好|建议",
    "可以自己|您可以|您自己|您先|麻烦您(?!稍|等)|可以(?:由|请|发来|帮您看)",
    "这样|才好|才能|免得|省得|好(?:对|照着|告诉)|(?:直接|合适)的?给您.{0,4}方案|给您合适的方案",
)
_PAST = _any(
    "已经|已(?=[发寄退送赠补回联打转给为帮安])|刚刚|刚才|昨天|前天|早上就|上次|之前就",
    "(?<!有)(?:发出|发走|发货|寄出|寄走|补发|退款|退|送|送出|联系|回复|答复|打款|打过|联系过|赠送|处理|处理好|查到|查好|核实好)了",
    "(?:过了|完了|好了)[。！!~～]*$",
    "发过|寄过|退过|送过|联系过|回复过|[帮为给]您[看查问]了",
)
#: What makes a clause with a deed no promise.
NO_PROMISE = (_DENIED, _DOUBTED, _PAST, RULE)

_OTHERS = "快递员?|派送员|配送员|骑手|师傅|平台|系统|网点|服务商|安装|官方|菜鸟|驿站"
_TO_YOU = (
    "(?:会|再|就|马上|立刻|立即|第一时间|尽快|来|去|主动|及时|我|咱|您|帮您|给您|为您|跟您|和您|与您|向您)"
)
_NEWS = "(?:答复|回复|结果|准信|消息|说法|回音|方案|反馈)"
_THING = "(?:链接|单号|照片|截图|图|视频|教程)"
_WHEN = "(?:今天|今晚|今日|当天|明天|后天|下午|上午|晚上|[天日末号]|周[一二三四五六日天末])"
_NO_REFUND = "(?:申请|点击|选择|提交)(?:一下)?退款|退款(?:页|详情|按钮|入口|申请)|支持退款|不涉及|退货|退换"
_OTHERS_LOOK = "(?:由|请|同事|专员|客服|人工|负责人|主管).{0,12}(?:[帮为给]您|跟|告诉您|回复您|看|查|问)"
_NO_ANSWER = (
    f"久等|等您|让您等|怕您等|您等(?:着|得|的)|都会回复|(?:{_OTHERS}).{{0,10}}(?:告诉|通知|告知)|(?:告诉|回复)您的|页面会"
    "|告诉您(?:在哪|怎么|最|规律)|给您看$"
)
_SENT = "(?:发货|发出|寄出|补发|补寄|重发|重新发|发走|出库|寄给您|寄过去|寄走|发顺丰)"
_LOOK = "(?:查|问|看|核实|核对|确认|了解)"

#: In order: of several that a clause could mean the first counts.
DEEDS = (
    Deed(
        Kind.CALLBACK,
        _any(
            f"{_TO_YOU}.{{0,6}}(?:联系您|联络您|致电|回电|打给您|打电话|打个电话|回个电话|回访|电话联系|电话给您|电话回复)",
            "联系您|给您电话",
        ),
        DAY,
        _any(f"(?:{_OTHERS}).{{0,8}}(?:联系|电话|致电)", "联系您的|您的联系|怎么联系"),
    ),
    Deed(
        Kind.GIFT,
        _any(
            "(?:送|赠|多送|赠送|附赠|多给|加送)(?:给)?您",
            "给您.{0,8}(?:送|赠|放|加|塞|备注)(?!货|达|到|修|检|去|电).{0,8}"
            "(?:礼|赠|小样|试用|袜|券|件|份|个|瓶|包|片|双|条|盒)",
            "(?:备注|安排).{0,4}(?:赠品|礼物|小礼品|送)",
        ),
        DAY,
        _any("送达|送货|送到|送修|送检|派送|配送|活动", "赠品(?:以|是|都)"),
    ),
    Deed(
        Kind.REFUND,
        _any("[给为帮]您.{0,8}(?:退|返|补偿|补差|打款|赔)", "(?:退给|打给|转给|返给|退还给|补给|退|返|补|赔)您"),
        DAY,
        _any(_NO_REFUND),
    ),
    Deed(
        Kind.REFUND,
        _any(
            f"(?:会|就|给您|为您|帮您|马上|安排|我|把|{_WHEN}).{{0,8}}"
            "(?:退款|退差价|补差价|退还|返还|打款|退运费|赔付|赔偿|补偿|退回|转给您|退给您|返给您|退您)",
            "(?:退款|差价|运费|款项|补偿).{0,10}(?:退给您|打给您|转给您|返给您|到账|退还|退回|原路退)",
            "(?:打款|转账)给您",
        ),
        None,
        _any(_NO_REFUND),
    ),
    Deed(
        Kind.SHIP,
        _any(
            f"(?:会|就|给您|为您|帮您|安排|马上|立即|优先|尽快|加急|内|前|可以|能|{_WHEN}).{{0,8}}{_SENT}",
            f"{_WHEN}(?:就|能|会|可以|一定|肯定|给您|帮您|为您|安排|统一){{0,3}}[发寄](?!票|消息|图|链接|给我|来)",
        ),
        None,
        _any(f"发(?:{_THING}|地址|消息|票|券|给我|来)"),
    ),
    Deed(
        Kind.ANSWER,
        _any(
            "稍等|稍候|请等|您等|等一下|等一等|等我|等下(?!次|单)",
            f"{_TO_YOU}.{{0,10}}给您.{{0,4}}(?:{_NEWS}|{_THING})",
            "(?:回复|答复|告诉|告知|通知|回)您|[跟和]您(?:说|讲|反馈)",
            f"给您.{{0,4}}{_NEWS}",
            f"[帮给为替]您(?:去|先|再)?(?:{_LOOK}|核查|咨询)",
            f"我(?:去|先|来|这就|马上){_LOOK}",
            f"{_THING}.{{0,4}}发(?:给)?您|发您{_THING}|给您发.{{0,3}}{_THING}",
        ),
        AT_ONCE,
        _any(_NO_ANSWER, _OTHERS_LOOK),
    ),
    Deed(Kind.ANSWER, _any(f"(?:回复|答复|告诉|告知|通知|回|联系)您|给您.{{0,4}}{_NEWS}"), None, _any(_NO_ANSWER)),
    Deed(
        Kind.OTHER,
        _any(
            "(?:给您|为您|帮您|会|我|咱们).{0,8}"
            "(?:处理|解决|安排|办好|办理|修改|改好|改掉|登记|备注|催|开好|开票|开具|跟进|协调|申请|更换|换货|上架|补货)"
        ),
        None,
    ),
)
#: What is promised "as soon as it is known" is due within a day: such a promise must not be lost (SR-041).
WHEN_KNOWN = _any(
    "第一时间|一有|查清|查到(?:后|了)|确认(?:后|好)|核实(?:后|好)", "有(?:消息|结果|进展|回复|回音|答复|情况)"
)
AT_LATEST = re.compile("最晚|最迟|最慢")
