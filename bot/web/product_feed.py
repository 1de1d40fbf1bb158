"""The wire format of a shop's product feed: bodies in, products and readings of stocks out, every bad item named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.channels.json import loads
from bot.core.facts import facts_of, level_of, product_of
from bot.core.products import Flaw, Product, Stock, flaws, stock_flaws
from bot.errors import FactError, InvalidField

#: Bytes of a feed's body: some 1,000 products of 2 kB (our default).
MAX_FEED = 2 * 1024 * 1024
_MOST_TOLD = 20  # bad items named in one refusal
_LONGEST_PLACE = 60  # characters; a place may hold a name that the sender chose

T = TypeVar("T")
B = TypeVar("B", bound="_Body")
Level = Annotated[int, Field(ge=0, strict=True)] | Literal["有货", "无货"]
Moment = Annotated[AwareDatetime, Field(description="RFC 3339 with a time zone.")]


class _Body(BaseModel):
    """Closed: a field that is written wrongly must not be lost without a word."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class StockBody(_Body):
    """What the warehouse held at a moment: `count` for a product without variants, else `skus`."""

    read_at: Moment
    count: Level | None = None
    skus: dict[str, Level] = Field(default={}, description="“黑色/L” → pieces, 有货 or 无货.")

    @model_validator(mode="after")
    def _says_something(self) -> StockBody:
        if (self.count is None) == (not self.skus):
            raise ValueError("give either count or skus")
        return self

    def stock(self) -> Stock:
        """The reading, in kefu's own terms."""
        levels = self.skus if self.count is None else {"": self.count}
        return Stock(self.read_at, {sku: level_of(str(level)) for sku, level in levels.items()})


class CampaignBody(_Body):
    """What runs for a product; spoken of only between its times."""

    text: str
    starts: Moment | None = None
    ends: Moment | None = None


class ProductBody(_Body):
    """A product in the shop's own words. What is absent is not known, and is never made up."""

    id: str
    title: str
    attributes: dict[str, str] = Field(default={}, description="材质 → 100%棉, in any names of the shop's own.")
    size_chart: str = Field(default="", description="S:身高155-160 体重45-50公斤; M:身高160-165 体重50-55公斤")
    selling_points: list[str] = []
    cautions: list[str] = []
    after_sale: str = ""
    price: str = Field(default="", description="Yuan: 69, 69.9 or 69-89.")
    campaign: CampaignBody | None = None
    related: list[str] = Field(default=[], description="Ids of products that go with it.")
    stock: StockBody | None = Field(default=None, description="Absent: the stock stays as it was.")


class StockItem(StockBody):
    """A reading of one product's stock."""

    id: str


class FeedBody(_Body):
    """A batch of products, each new or in place of the old."""

    products: list[ProductBody] = Field(min_length=1, max_length=1000)


class StockFeedBody(_Body):
    """A batch of readings."""

    stock: list[StockItem] = Field(min_length=1, max_length=1000)


def products_in(body: bytes, now: datetime) -> list[Product]:
    """The products of a batch. BadRequest for broken or hostile JSON; InvalidField names every bad item by its index
    and field (at most 20 in the message)."""
    feed = _validated(FeedBody, body)
    return _checked("products", feed.products, _product, lambda product: flaws(product, now))


def readings_in(body: bytes, now: datetime) -> dict[str, Stock]:
    """The readings of a batch by product id; refuses as `products_in` does."""
    feed = _validated(StockFeedBody, body)
    made = _checked("stock", feed.stock, StockItem.stock, lambda stock: stock_flaws(stock, now))
    return {item.id: stock for item, stock in zip(feed.stock, made, strict=True)}


def body_of(product: Product) -> ProductBody:
    """A product as the API shows it: what was fed reads back."""
    stock = product.stock
    reading: dict[str, Any] | None = None
    if stock is not None:
        levels = {sku: "有货" if level is None else level for sku, level in stock.levels.items()}
        shown = {"count": levels[""]} if set(levels) == {""} else {"skus": levels}
        reading = {"read_at": stock.read_at, **shown}
    return ProductBody.model_validate(
        {"id": product.id, "title": product.title, **facts_of(product), "stock": reading}
    )


def _validated(form: type[B], body: bytes) -> B:
    try:
        return form.model_validate(loads(body, MAX_FEED))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise _refusal([(_place(one["loc"]), one["msg"]) for one in found]) from error


def _checked(
    name: str,
    items: Sequence[Any],
    make: Callable[[Any], T],
    check: Callable[[T], Iterable[Flaw]],
) -> list[T]:
    """Every item made and checked; all that is wrong is told at once."""
    made, wrong, seen = [], list[tuple[str, str]](), dict[str, int]()
    for at, item in enumerate(items):
        if (first := seen.setdefault(item.id, at)) != at:
            wrong.append((f"{name}[{at}].id", f"the same id as {name}[{first}]"))
        try:
            made.append(make(item))
            wrong += [(f"{name}[{at}].{flaw.field}", flaw.message) for flaw in check(made[-1])]
        except FactError as error:
            wrong.append((f"{name}[{at}].size_chart", str(error)))
    if wrong:
        raise _refusal(wrong)
    return made


def _product(body: ProductBody) -> Product:
    facts = body.model_dump(mode="json", exclude={"id", "title", "stock", "campaign"})
    if body.campaign is not None:
        facts["campaign"] = body.campaign.model_dump(mode="json", exclude_none=True)
    made = product_of(body.id, body.title, facts)
    return replace(made, stock=body.stock.stock()) if body.stock else made


def _refusal(wrong: Sequence[tuple[str, str]]) -> InvalidField:
    told = "; ".join(f"{place}: {message}" for place, message in wrong[:_MOST_TOLD])
    more = f"; and {len(wrong) - _MOST_TOLD} more" if len(wrong) > _MOST_TOLD else ""
    return InvalidField(f"nothing was stored: {told}{more}", field=wrong[0][0])


def _place(path: Iterable[str | int]) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return place.removeprefix(".")[:_LONGEST_PLACE]
