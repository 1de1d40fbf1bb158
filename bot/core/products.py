"""What a shop says of a product, and what may be told of it now; a fact that nobody gave is never made up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import render
from bot.core.shop import Fact
from bot.core.sizes import SizeChart
from bot.errors import RenderError

#: What a decision's reason begins with when a product does not tell what was asked of it.
MISSING = "product_fact_missing"
_ID = re.compile(r"\w[\w.:-]{0,63}")
_PRICE = re.compile(r"\d{1,7}(?:\.\d{1,2})?(?:\s?-\s?\d{1,7}(?:\.\d{1,2})?)?")
# Controls and marks of direction: in an agent's terminal or page they would act instead of being read (bar 53).
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: Our defaults; what shops keep is far below them.
_TITLE, _NAME, _SKU, _ATTRIBUTES, _LIST, _SKUS, _MOST_LEFT = 120, 20, 60, 60, 20, 500, 10_000_000
#: How far a reading of a stock may lie ahead of our clock, as the webhook's timestamp may (our default).
CLOCKS_APART = timedelta(minutes=5)
# Advertising Law art. 9: refused in a product's data whatever house style a shop has; phrases/_style.yaml knows more.
_SUPERLATIVE = re.compile("最好|最低|最优惠|第一|绝对|百分百|永久|国家级|顶级|独一无二")


@dataclass(frozen=True, slots=True)
class Stock:
    """What a warehouse held when it was read, by SKU (“黑色/L”; "" for the whole product): pieces, None = uncounted."""

    read_at: datetime  #: aware
    levels: Mapping[str, int | None]


    def is_newer(self, known: Stock | None) -> bool:
        """Whether this reading takes the place of another; times are kept to the millisecond."""
        return known is None or self.read_at - known.read_at >= timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Product:
    """A product in its shop's own words. Empty means that nobody said it."""

    id: str
    title: str
    attributes: Mapping[str, str] = field(default_factory=dict)  #: 材质 → 100%棉
    size_chart: SizeChart | None = None
    stock: Stock | None = None
    selling_points: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    after_sale: str = ""
    price: str = ""  #: yuan: 69 or 69-89
    campaign: Fact | None = None  #: said only while it holds (SR-097)
    related: tuple[str, ...] = ()  #: ids of products that go with it


@dataclass(frozen=True, slots=True)
class Flaw:
    """A field that cannot be used, and in Chinese what to mend."""

    field: str  #: title, attributes.材质, stock.黑色/L …
    message: str


def is_id(text: str) -> bool:
    """Whether a product can be called this: letters of any script, digits and . : _ -, at most 64."""
    return _ID.fullmatch(text) is not None


def missing(product: str, attribute: str) -> str:
    """The reason of a decision on a question that the product does not answer: “product_fact_missing: P100 材质”."""
    return f"{MISSING}: {product} {attribute}"


def missed(reason: str) -> tuple[str, str] | None:
    """Product and attribute of such a reason; None for any other."""
    name, _, about = reason.partition(": ")
    product, _, attribute = about.partition(" ")
    return (product, attribute) if name == MISSING else None


def said(product: Product, now: datetime) -> Mapping[str, str]:
    """The facts that phrases may use as {{ product.title }} and so on; only those that are there, each short enough
    for a phrase. A campaign only while it runs."""
    facts = {
        "title": product.title,
        "selling_points": _joined(product.selling_points),
        "cautions": _joined(product.cautions),
        "after_sale": product.after_sale,
        "price": f"{product.price}元" if product.price else "",
        "campaign": product.campaign.says if product.campaign and product.campaign.span.holds(now) else "",
    }
    return {name: text for name, text in facts.items() if text}


def flaws(product: Product, now: datetime) -> Iterator[Flaw]:
    """Everything about a product that cannot be stored or said. A stock read in the future is refused: it would count
    as fresh for ever."""
    if not is_id(product.id):
        yield Flaw("id", "商品编号只能用文字、数字和 . : _ -，最多 64 个字符")
    yield from _text("title", product.title, _TITLE, required=True)
    yield from _attributes(product.attributes)
    for name, texts in (("selling_points", product.selling_points), ("cautions", product.cautions)):
        yield from _texts(name, texts)
    for text in product.selling_points:
        if _SUPERLATIVE.search(text):
            yield Flaw("selling_points", f"“{text[:20]}”含有绝对化用语（最好、第一……），广告法不允许，请改写")
    yield from _text("after_sale", product.after_sale, render.LONGEST_VALUE)
    if product.price and not _PRICE.fullmatch(product.price):
        yield Flaw("price", "价格请写成 69 或 69.9 或 69-89")
    yield from _campaign(product.campaign)
    yield from stock_flaws(product.stock, now)
    if len(product.related) > _LIST or not all(map(is_id, product.related)):
        yield Flaw("related", f"关联商品请写商品编号，最多 {_LIST} 个")


def _joined(texts: Iterable[str]) -> str:
    """As many whole texts as a phrase can carry."""
    whole = ""
    for text in texts:
        longer = f"{whole}；{text}" if whole else text
        if len(longer) > render.LONGEST_VALUE:
            break
        whole = longer
    return whole


def _text(name: str, text: str, most: int, *, required: bool = False) -> Iterator[Flaw]:
    if not text.strip():
        if required or text:
            yield Flaw(name, "不能为空")
        return
    if len(text) > most:
        yield Flaw(name, f"有 {len(text)} 个字，最多 {most} 个")
        return
    if _ACTING.search(text):
        yield Flaw(name, "含有不可见的控制字符")
    try:
        render.guard(text)
    except RenderError:
        yield Flaw(name, "像是没有填完的内容（null、nan、{{ }} 之类），请改写")


def _texts(name: str, texts: tuple[str, ...]) -> Iterator[Flaw]:
    if len(texts) > _LIST:
        yield Flaw(name, f"最多 {_LIST} 条")
    for text in texts:
        yield from _text(name, text, render.LONGEST_VALUE, required=True)


def _attributes(attributes: Mapping[str, str]) -> Iterator[Flaw]:
    if len(attributes) > _ATTRIBUTES:
        yield Flaw("attributes", f"最多 {_ATTRIBUTES} 项属性")
    for name, text in attributes.items():
        if not 0 < len(name.strip()) <= _NAME or _ACTING.search(name):
            yield Flaw("attributes", f"属性名要有 1 到 {_NAME} 个字，不能有控制字符")
            continue
        yield from _text(f"attributes.{name}", text, render.LONGEST_VALUE, required=True)


def _campaign(campaign: Fact | None) -> Iterator[Flaw]:
    if campaign is None:
        return
    yield from _text("campaign", campaign.says, render.LONGEST_VALUE, required=True)
    begin, end = campaign.span.begin, campaign.span.end
    if begin and end and end <= begin:
        yield Flaw("campaign", "活动结束时间要晚于开始时间")


def stock_flaws(stock: Stock | None, now: datetime) -> Iterator[Flaw]:
    """The same of a stock alone."""
    if stock is None:
        return
    if stock.read_at > now + CLOCKS_APART:
        yield Flaw("read_at", "库存的读取时间在将来，请检查时钟和时区")
    if not 0 < len(stock.levels) <= _SKUS:
        yield Flaw("stock", f"要有 1 到 {_SKUS} 个规格")
    for sku, count in stock.levels.items():
        if len(sku) > _SKU or _ACTING.search(sku):
            yield Flaw("stock", f"规格名最多 {_SKU} 个字，不能有控制字符")
        elif count is not None and not 0 <= count <= _MOST_LEFT:
            yield Flaw(f"stock.{sku}", "库存要写 0 以上的整数，或“有货”“无货”")
