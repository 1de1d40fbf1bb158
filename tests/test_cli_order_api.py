"""`kefu order api`: a shop's system is set, shown without its secret, tried, and asked no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import kefu
from bot.errors import KefuError
from tests import shop_system
from tests.shop_system import ShopSystem, order, shipped

URL = "https://erp.example/orders/{order}"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DATA_DIR", str(tmp_path / "data"))
    _kefu("shop", "add", "demo")
    _kefu("shop", "add", "other")


def test_the_secret_is_shown_once() -> None:
    (secret,) = SECRET.findall(_api("set", "demo", URL).output)
    assert SECRET.findall(_api("set", "demo", f"{URL}?full=1", "--seconds", "0.3").output) == []
    shown = _api("show").output
    assert "https://erp.example/orders/{order}?full=1" in shown.replace("\n", "")
    assert "0.3" in shown
    assert "whsec_" not in shown
    (new,) = SECRET.findall(_api("rotate", "demo").output)
    assert new != secret


@pytest.mark.parametrize("url", ["https://erp.example/", "http://erp.example/{order}", "https://a:b@c.example/{order}"])
def test_a_wrong_address_is_refused_with_what_to_write(url: str) -> None:
    assert "接口地址" in _refusal("set", "demo", url)


def test_a_shop_that_is_not_there_or_not_asked() -> None:
    assert "kefu shop add" in _refusal("set", "none", URL)
    for verb in (("rotate", "other"), ("remove", "other"), ("try", "other", "A1")):
        assert "kefu order api set other" in _refusal(*verb)


def test_an_order_is_tried_and_shown_as_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with shop_system.beside(A1=shipped(), A2=order(customer="x", channel="")) as system:
        _set(system, monkeypatch)
        tried = _api("try", "demo", "A1").output
        for line in ("有这笔订单", "状态：已发货", "告诉谁：渠道 now 的客户 c1", "物流单号：78900012345", "金额：199"):
            assert line in tried
        unreadable = _api("try", "demo", "A2")
        assert ("回答读不出来" in unreadable.output, unreadable.exit_code) == (True, 1)
        unknown = _api("try", "demo", "A9")
        assert ("店铺系统没有这笔订单" in unknown.output, unknown.exit_code) == (True, 1)
        assert "订单号只能用" in _refusal("try", "demo", "../A1")
        assert system.asked == ["A1", "A2", "A9"]


def test_a_try_says_that_an_order_has_no_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    with shop_system.beside(A1={"paid_at": "2026-11-10T09:05:00+08:00"}) as system:
        _set(system, monkeypatch)
        assert "不会告诉任何客户" in _api("try", "demo", "A1").output


def test_a_system_that_is_asked_no_more() -> None:
    _api("set", "demo", URL)
    assert "已去掉" in _api("remove", "demo").output
    assert "erp.example" not in _api("show").output


def _set(system: ShopSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_ORDER_API_HOSTS", system.here)
    assert _api("set", "demo", system.url).exit_code == 0


def _api(*arguments: str) -> Result:
    return _kefu("order", "api", *arguments)


def _kefu(*arguments: str) -> Result:
    return CliRunner().invoke(kefu, arguments)


def _refusal(*arguments: str) -> str:
    error = _api(*arguments).exception
    assert isinstance(error, KefuError)
    return str(error)
