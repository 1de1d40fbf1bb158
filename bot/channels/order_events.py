"""The wire format of a shop's order events: the body that its system posts, and the events it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic import model_validator as validator

from bot.channels.generic import Id, Short, plausible
from bot.channels.json import loads
from bot.core.orders import Item, Kind, OrderEvent, OrderFacts, Review, Scan
from bot.errors import InvalidField

#: Events of one delivery; our default: some 600 bytes each under 64 KiB.
MOST_EVENTS = 100
#: What an order's number is made of.
ORDER_ID = r"^[0-9A-Za-z_.:-]{1,64}$"
#: An event may be this far ahead of our clock; a later one would outlive every correction. Our default.
AHEAD = timedelta(minutes=10)

Form = TypeVar("Form", bound=BaseModel)
Moment = Annotated[
    AwareDatetime, AfterValidator(plausible), Field(description="RFC 3339 with a time zone, or Unix seconds.")
]
Yuan = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?$"), Field(description="Yuan: 199.00")]
OrderId = Annotated[str, StringConstraints(pattern=ORDER_ID)]
Note = Annotated[str, StringConstraints(max_length=500)]


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)

    @validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        """Many platforms send null for what they do not know."""
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


class ItemBody(_Open):
    """One line of an order."""

    product: Id
    title: Short = ""
    sku: Short = ""
    quantity: Annotated[int, Field(ge=1, le=1_000_000, strict=True)] = 1
    price: Yuan | None = Field(default=None, description="Of one piece.")


class BuyerBody(_Open):
    """Who ordered: a customer of the channel that signs."""

    id: Id


class ReviewBody(_Open):
    """What the customer thought of it."""

    score: Annotated[int, Field(ge=1, le=5, strict=True)]
    text: Note = ""


class FactsBody(_Open):
    """Facts of an order. What is absent stays as it was; an empty text says that there is none."""

    customer: BuyerBody | None = None
    items: list[ItemBody] | None = Field(default=None, max_length=200)
    amount: Yuan | None = Field(default=None, description="To be paid in all.")
    pay_by: Moment | None = None
    receiver: Short | None = Field(default=None, description="May be masked: 林**.")
    phone: Short | None = Field(default=None, description="May be masked, 183****2807, or virtual, 132123457749-1234.")
    phone_until: Moment | None = Field(default=None, description="When a virtual number ends.")
    address: Note | None = Field(default=None, description="May be masked.")
    courier: Short | None = None
    tracking_no: Short | None = None
    ship_by: Moment | None = Field(default=None, description="The platform's last moment to ship.")
    refund_amount: Yuan | None = None
    buyer_note: Note | None = None
    seller_note: Note | None = None
    flag: Short | None = None
    review: ReviewBody | None = None
    out_of_stock: Short | None = Field(default=None, description="What cannot be sent for want of stock.")
    restock: Short | None = Field(default=None, description="When there is some again, as customers are told.")

    def facts(self, channel: str) -> OrderFacts:
        """The facts in kefu's own terms, their customer one of this channel."""
        given: dict[str, Any] = {name: getattr(self, name) for name in FactsBody.model_fields if name not in _READ}
        return OrderFacts(
            **given,
            channel=channel if self.customer else None,
            customer=self.customer.id if self.customer else None,
            items=None if self.items is None else tuple(_item(one) for one in self.items),
            amount=fen_of(self.amount),
            refund_amount=fen_of(self.refund_amount),
            review=Review(self.review.score, self.review.text) if self.review else None,
        )


_READ = frozenset({"customer", "items", "amount", "refund_amount", "review"})


class ScanBody(_Open):
    """What the courier saw."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    place: Short = ""


class EventBody(FactsBody):
    """One thing that happened to an order."""

    id: Id = Field(description="The same id again is the same event: heard once.")
    order: OrderId
    kind: Short = Field(description=f"{', '.join(Kind)}; any other is acknowledged and counted as ignored.")
    at: Moment = Field(description="When it happened; events may come in any order.")
    scan: ScanBody | None = Field(default=None, description="Required of logistics.")


class EventsBody(_Open):
    """A batch of events. Fields beyond these are accepted and passed over."""

    events: list[EventBody] = Field(min_length=1, max_length=MOST_EVENTS)


def parse(channel: str, body: bytes, now: datetime) -> tuple[list[OrderEvent], int]:
    """The events in a verified body, and how many of unknown kinds were left aside. BadRequest for broken JSON,
    InvalidField naming the event and field otherwise; then none of the batch is taken."""
    read = validated(EventsBody, loads(body))
    for at, event in enumerate(read.events):
        _check(f"events.{at}", event, now)
    known = [event for event in read.events if event.kind in set(Kind)]
    return [_event(channel, event) for event in known], len(read.events) - len(known)


def validated(form: type[Form], data: Any) -> Form:
    """The data in this form; InvalidField names the first wrong field and holds nothing of what was sent."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidField(f"{field}: {first['msg']}", field=field) from error


def fen_of(yuan: str | None) -> int | None:
    """A sum written in yuan (“19.9”) as fen."""
    if yuan is None:
        return None
    whole, _, rest = yuan.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def yuan_of(fen: int | None) -> str | None:
    """The sum that `fen_of` reads back."""
    return None if fen is None else f"{fen // 100}.{fen % 100:02d}"


def _check(place: str, event: EventBody, now: datetime) -> None:
    if event.at > now + AHEAD:
        raise InvalidField(f"{place}.at: the event lies in the future", field=f"{place}.at")
    for kind, name in ((Kind.LOGISTICS, "scan"), (Kind.REVIEW, "review")):
        if event.kind == kind and getattr(event, name) is None:
            raise InvalidField(f"{place}.{name}: an event {kind} must carry its {name}", field=f"{place}.{name}")


def _event(channel: str, body: EventBody) -> OrderEvent:
    scan = Scan(body.at, body.scan.text, body.scan.place) if body.scan else None
    return OrderEvent(body.id, body.order, Kind(body.kind), body.at, body.facts(channel), scan)


def _item(body: ItemBody) -> Item:
    return Item(body.product, body.title, body.sku, body.quantity, fen_of(body.price))


def items_of(items: Sequence[Item]) -> list[ItemBody]:
    """Items as the wire shows them."""
    return [
        ItemBody(product=one.product, title=one.title, sku=one.sku, quantity=one.quantity, price=yuan_of(one.price))
        for one in items
    ]
