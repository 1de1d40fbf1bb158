"""The webhook's own wire format: the body a platform posts, and the Message it becomes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bot.channels.json import loads
from bot.core.model import Message, MessageType, Stage
from bot.errors import InvalidField

Id = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
Short = Annotated[str, StringConstraints(max_length=200)]


#: Beyond these years a time is a mistake of the sender, and near year 1 it cannot even be turned into UTC.
_YEARS = range(2000, 2100)


def plausible(moment: datetime) -> datetime:
    """The moment, if a sender can mean it; a pydantic error otherwise."""
    if moment.year not in _YEARS:
        raise PydanticCustomError("year", f"the year must lie between {_YEARS[0]} and {_YEARS[-1]}")
    return moment


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        """Many platforms send null for what they do not know."""
        return {k: v for k, v in data.items() if v is not None} if isinstance(data, dict) else data


class CustomerBody(_Open):
    """Who writes."""

    id: Id = Field(description="The customer's id on the platform; one conversation per customer and channel.")
    name: Short = ""
    tags: list[Short] = Field(default=[], max_length=50)


class MessageBody(_Open):
    """What was written."""

    id: Id = Field(description="The platform's id of the message. The same id again is answered, not handled, again.")
    type: Short = Field(
        description="text, image, sticker, voice, order_card, product_card, recall or agent_message; "
        "any other type is acknowledged with status `ignored`."
    )
    text: str = Field(default="", description="Required (but may be empty) of a text and of an agent_message.")
    sent_at: Annotated[AwareDatetime, AfterValidator(plausible)] = Field(
        description="RFC 3339 with a time zone, or Unix seconds."
    )
    transcript: str = Field(default="", description="Words of a voice message.")
    url: Annotated[str, StringConstraints(max_length=2000)] = Field(default="", description="Where an image lies.")
    order_id: Short = Field(default="", description="Of an order card.")
    product_id: Short = Field(default="", description="Of a product card.")
    recalls: Short = Field(default="", description="Of a recall: the id of the message that is withdrawn.")
    agent: Short = Field(default="", description="Of an agent_message: who typed it.")


class ContextBody(_Open):
    """What the platform knows of the situation."""

    order_id: Short = ""
    product_id: Short = ""
    order_stage: Short = Field(
        default="", description="unpaid, paid, shipped, signed or refunding; any other word counts as unknown."
    )


class InboundBody(_Open):
    """One message posted to the webhook. Fields beyond these are accepted and passed over."""

    shop: Id
    customer: CustomerBody
    message: MessageBody
    context: ContextBody = ContextBody()


def parse(channel: str, body: bytes) -> Message:
    """The Message in a verified body. BadRequest for broken JSON, InvalidField naming the field otherwise."""
    data = loads(body)
    try:
        read = InboundBody.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidField(f"{field}: {first['msg']}", field=field) from error
    return _message(channel, read)


def _message(channel: str, body: InboundBody) -> Message:
    message = body.message
    kind = _type(message.type)
    if kind is MessageType.RECALL and not message.recalls:
        raise InvalidField("message.recalls: a recall must name the message it withdraws", field="message.recalls")
    if kind in (MessageType.TEXT, MessageType.AGENT_MESSAGE) and "text" not in message.model_fields_set:
        raise InvalidField(f"message.text: a {kind.value} must carry its text", field="message.text")
    return Message(
        shop=body.shop,
        channel=channel,
        customer=body.customer.id,
        customer_name=body.customer.name,
        tags=tuple(body.customer.tags),
        external_id=message.id,
        type=kind,
        text=message.text or message.transcript,
        sent_at=message.sent_at,
        order_id=message.order_id or body.context.order_id,
        product_id=message.product_id or body.context.product_id,
        recalls=message.recalls,
        agent=message.agent,
        media_url=message.url,
        order_stage=_stage(body.context.order_stage),
    )


def _type(name: str) -> MessageType:
    try:
        return MessageType(name)
    except ValueError:
        return MessageType.UNKNOWN


def _stage(name: str) -> Stage:
    try:
        return Stage(name)
    except ValueError:
        return Stage.UNKNOWN


def outgoing(
    webhook_message: str, shop: str, customer: str, text: str, author: str, in_answer_to: str | None, at: datetime
) -> dict[str, Any]:
    """The body of a callback: one text of ours for one customer."""
    return {
        "type": "message.send",
        "shop": shop,
        "customer": {"id": customer},
        "message": {
            "id": webhook_message, "type": "text", "text": text, "author": author, "in_answer_to": in_answer_to,
            "created_at": at.isoformat(),
        },
    }
