"""What may be told of a product, and what cannot be stored of one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.core.facts import campaign_of, facts_of, level_of, product_of, spelled
from bot.core.products import Product, Stock, flaws, said
from bot.core.sizes import chart_of
from bot.errors import FactError

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SHIRT = Product(
    "P1", "纯棉衬衫", {"材质": "100%棉"}, chart_of("S:身高155-160; M:身高160-165"), None, ("不易皱", "透气"),
    ("深色单独洗",), "支持七天无理由退换", "69-89", campaign_of("满199减20", NOW - DAY, NOW + DAY), ("P2",),
)  # fmt: skip


def test_phrases_may_use_what_the_shop_said() -> None:
    assert said(SHIRT, NOW) == {
        "title": "纯棉衬衫", "selling_points": "不易皱；透气", "cautions": "深色单独洗",
        "after_sale": "支持七天无理由退换", "price": "69-89元", "campaign": "满199减20",
    }  # fmt: skip
    assert said(Product("P2", "棉袜"), NOW) == {"title": "棉袜"}


def test_a_campaign_is_spoken_of_only_while_it_runs() -> None:
    assert "campaign" not in said(SHIRT, NOW - DAY - timedelta(seconds=1))
    assert "campaign" in said(SHIRT, NOW - DAY)
    assert "campaign" not in said(SHIRT, NOW + DAY)
    assert "campaign" in said(replace(SHIRT, campaign=campaign_of("送杯垫")), NOW + 999 * DAY)


def test_a_long_list_is_said_as_far_as_a_phrase_can_carry_it() -> None:
    long = replace(SHIRT, selling_points=("卖点" * 45, "好" * 90, "尾" * 30))
    assert said(long, NOW)["selling_points"] == f"{'卖点' * 45}；{'好' * 90}"


@pytest.mark.parametrize("product", [SHIRT, Product("P2", "棉袜"), replace(SHIRT, campaign=campaign_of("送杯垫"))])
def test_plain_data_reads_back(product: Product) -> None:
    facts = json.loads(json.dumps(facts_of(product)))
    assert product_of(product.id, product.title, facts) == product


def test_a_product_of_everything_has_no_flaw() -> None:
    assert list(flaws(replace(SHIRT, stock=Stock(NOW, {"黑色/S": 0, "黑色/M": None})), NOW)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "../x"}, "id"),
        ({"id": "a b"}, "id"),
        ({"id": "x" * 65}, "id"),
        ({"title": " "}, "title"),
        ({"title": "衫" * 121}, "title"),
        ({"title": "{{ shop.name }}"}, "title"),
        ({"title": "衫\x1b[2J"}, "title"),
        ({"title": "衫\u202e"}, "title"),
        ({"attributes": {"材质": ""}}, "attributes.材质"),
        ({"attributes": {"材质": "nan"}}, "attributes.材质"),
        ({"attributes": {"材质": "棉" * 201}}, "attributes.材质"),
        ({"attributes": {"": "棉"}}, "attributes"),
        ({"attributes": {f"属性{n}": "有" for n in range(61)}}, "attributes"),
        ({"selling_points": ("全网最低价",)}, "selling_points"),
        ({"selling_points": ("好",) * 21}, "selling_points"),
        ({"cautions": ("",)}, "cautions"),
        ({"after_sale": "null"}, "after_sale"),
        ({"price": "面议"}, "price"),
        ({"campaign": campaign_of("")}, "campaign"),
        ({"campaign": campaign_of("满减", NOW, NOW)}, "campaign"),
        ({"related": ("a b",)}, "related"),
        ({"stock": Stock(NOW, {})}, "stock"),
        ({"stock": Stock(NOW, {"黑\x00": 1})}, "stock"),
        ({"stock": Stock(NOW, {"黑": -1})}, "stock.黑"),
        ({"stock": Stock(NOW + timedelta(minutes=6), {"": 1})}, "read_at"),
    ],
)
def test_what_cannot_be_stored_or_said_is_named(change: dict[str, Any], field: str) -> None:
    assert [flaw.field for flaw in flaws(replace(SHIRT, **change), NOW)] == [field]


def test_stock_is_written_as_shopkeepers_do() -> None:
    for level in (None, 0, 12):
        assert level_of(spelled(level)) == level
    assert level_of("无货") == 0
    for word in ("", "-1", "12件", "很多", "1.5", "²", "9" * 10):
        with pytest.raises(FactError):
            level_of(word)
