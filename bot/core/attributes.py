"""Which attribute of a product a customer asks for: by the shop's own name for it or by the words customers use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.normalize import normalize
from bot.core.products import Product

#: What customers say for the attributes that most shops name (our list, from trainers' examples). A word under two
#: names means the one that the product has.
_WORDS = {
    "材质": (
        "面料 料子 布料 材料 质地 成分 成份 什么料 啥料 什么做的 什么皮 什么棉 含棉 含毛 含羊毛 羊毛含量 "
        "是纯棉 纯棉吗 纯棉的吗 是真皮 真皮吗 真皮的吗 是实木 实木吗 实木的吗"
    ),
    "成分": "成份 主要成分 酒精 香精 防腐剂",
    "配料": "配料表 配方 成分 成份 添加剂 防腐剂",
    "产地": "哪里产 哪儿产 哪产 哪里生产 哪生产 产自 原产 是国产 国产的吗 国产还是 是进口 进口的吗",
    "尺寸": "多大 多长 多宽 多高 长宽 规格 大小 直径 几寸 多少寸 几厘米 多少厘米",
    "重量": "多重 净重 毛重 几斤 多少斤 几公斤 多少公斤 重不重 沉不沉 多少克 几克",
    "净含量": "多少克 几克 多少毫升 几毫升",
    "容量": "多少毫升 几毫升 多少升 几升 装多少 多少ml",
    "颜色": "什么色 哪些色 几个色 啥色 色号",
    "功率": "多少瓦 几瓦 多少w 几w 瓦数 耗电 费电",
    "电压": "多少伏 几伏 多少v 伏数",
    "续航": "待机 充一次电 电池能用",
    "电池容量": "多少毫安 毫安",
    "保质期": (
        "有效期 过期 保质 保质时间 保存期 保存期限 到期 限用日期 能放多久 可以放多久 能放多长时间 "
        "能存多久 保存多久 保鲜多久 能放几天 能放几个月 开封后能放 开封后几天"
    ),
    "生产日期": (
        "什么时候生产 几月生产 哪天生产 哪年生产 啥时候产 几月产 哪年产 几号产 出厂日期 出厂 日期新鲜 "
        "日期新不新 新日期 临期 批次"
    ),
    "储存方法": "怎么保存 怎么存放 如何保存 要放冰箱 放冰箱",
    "适用年龄": "多大的孩子 多大孩子 多大的宝宝 多大宝宝 多大年龄 几岁 年龄段 多少岁 几个月的宝宝",
    "适用人群": "适合人群 什么人群 适合什么人 什么人用 适合谁",
    "适用肤质": "什么肤质 哪种肤质 敏感肌 油皮 干皮",
    "适用季节": "什么季节 哪个季节 几月份穿 春秋穿 夏天穿 冬天穿",
    "适用型号": "适配 适用机型 什么机型 通用吗 哪些型号",
    "洗涤": "洗涤方式 洗涤方法 机洗 手洗 水洗 干洗 怎么洗 能洗 可以洗 洗衣机",
    "厚薄": "厚度 厚不厚 薄不薄 厚吗 薄吗 多厚 会不会厚 会不会薄 厚还是薄",
    "弹力": "弹性 有弹 弹不弹",
    "型号": "什么型 哪一款型",
    "认证": "3c认证 有3c 过3c 3c标志 质检报告 检测报告 合格证 质检",
    "掉色": "褪色 掉不掉色 会不会掉色",
    "口味": "什么味 哪些味 啥味 几种味",
    "香味": "什么香 香型 什么味 啥味",
    "功能": "有哪些功能 什么功能",
    "含糖": "无糖 加糖 有糖 蔗糖 含不含糖 糖分 甜度",
    "度数": "多少度 几度 酒精度",
    "亮度": "流明",
    "防水": "防不防水 能防水",
    "加绒": "加不加绒 加没加绒 有没有绒 带绒",
    "衣长": "衣服多长 衣服有多长",
    "裙长": "裙子多长 裙子有多长",
    "裤长": "裤子多长 裤子有多长",
    "跟高": "鞋跟多高 跟多高 跟有多高",
    "安全类别": "a类 b类 安全等级",
    "配件": "送什么配件 带什么 有哪些配件 包装清单",
    "数量": "几片 几个装 多少片 多少张 多少包 几包 多少抽 几瓶 几颗 多少颗 多少粒",
}
_SPOKEN: Mapping[str, tuple[str, ...]] = {name: tuple(words.split()) for name, words in _WORDS.items()}
#: Words that hold one of the above and ask for something else: a size to wear, a day, a price, a service.
_OTHERS = frozenset({
    "穿多大", "多大码", "多大号", "多大尺码", "选多大", "拍多大", "买多大", "多高的人", "多重的人", "多长时间",
    "多大优惠", "多大折扣", "质保期", "优惠券到期", "活动到期",
})  # fmt: skip
#: Words that only say how much is asked beside a name (功率多大), and mean the size where they stand alone.
_VAGUE = frozenset({"多大", "多长", "多高", "多宽", "大小"})
_SHORTEST = 2  # characters of an attribute's own name by which it can be recognised


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute that was asked for; `value` is "" where the product does not tell it."""

    name: str
    value: str


def asked_attribute(product: Product, text: str) -> Attribute | None:
    """The one attribute that a normalised text asks for; None where it names none or several. Of words that overlap
    the longest counts."""
    own = {normalize(name): Attribute(name, value) for name, value in product.attributes.items()}
    words = list(_named(text, own))
    meant = [_meant(word, own) for word in words if word not in _VAGUE or _VAGUE.issuperset(words)]
    common = set.intersection(*meant) if meant else set()
    return common.pop() if len(common) == 1 else None


def _named(text: str, own: Mapping[str, Attribute]) -> Iterator[str]:
    """The words for attributes in a text, the longest first, each place read once."""
    words = {*_MEANINGS, *_OTHERS, *(name for name in own if len(name) >= _SHORTEST)}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if word in text:
            text = text.replace(word, " ")
            if word not in _OTHERS:
                yield word


def _meant(word: str, own: Mapping[str, Attribute]) -> set[Attribute]:
    """The product's attribute of this name, or those that go by a name of the same meaning; one without a value where
    the product has none."""
    if word in own:
        return {own[word]}
    groups = [(meaning, *_SPOKEN[meaning]) for meaning in _MEANINGS[word]]
    had = {own[next(name for name in group if name in own)] for group in groups if own.keys() & set(group)}
    return had or {Attribute(_MEANINGS[word][0], "")}


def _meanings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for meaning, words in _SPOKEN.items():
        for word in (meaning, *words):
            found[word] = (*found.get(word, ()), meaning)
    return found


_MEANINGS = _meanings()
