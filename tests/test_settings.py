"""Settings: read from KEFU_* alone, and a wrong one is refused by its name."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError
from bot.settings import Settings


def test_nothing_need_be_set() -> None:
    assert settings.read({}) == Settings()
    assert settings.read({"PATH": "/bin", "kefu_port": "1"}) == Settings()


def test_every_setting_can_be_given() -> None:
    given = {
        "KEFU_DATA_DIR": "elsewhere", "KEFU_CACHE_DIR": "kept",
        "KEFU_DATABASE_URL": "postgresql://db/kefu", "KEFU_CONTENT_DIR": "content",
        "KEFU_HOST": "0.0.0.0", "KEFU_PORT": "9000", "KEFU_LOG_LEVEL": "debug", "KEFU_WORKER": "no",
        "KEFU_POOL_SIZE": "3", "KEFU_DRAIN_SECONDS": "1.5", "KEFU_AGENT_SILENCE_SECONDS": "60",
        "KEFU_AGENT_GONE_SECONDS": "20", "KEFU_OFFER_SECONDS": "30", "KEFU_CALLBACK_SECONDS": "2",
        "KEFU_CALLBACK_HOSTS": "127.0.0.1:9000", "KEFU_ORDER_API_HOSTS": "127.0.0.1:9001",
        "KEFU_IMAGE_HOSTS": "img.example.com, *.shop.example:8443",
        "KEFU_TRY_PAGE": "off", "KEFU_WATCH": "on",
        "KEFU_PROXIES": "127.0.0.1, 10.0.0.0/8",
    }
    assert set(given) == {f"KEFU_{field.name.upper()}" for field in fields(Settings)}
    assert settings.read(given) == Settings(
        Path("elsewhere"), Path("kept"), "postgresql://db/kefu", Path("content"), "0.0.0.0", 9000, "debug", False, 3,
        1.5, 60.0, 20.0, 30.0, 2.0, "127.0.0.1:9000", "127.0.0.1:9001",
        "img.example.com, *.shop.example:8443", False, True, "127.0.0.1, 10.0.0.0/8",
    )


@pytest.mark.parametrize("word", ["1", "true", "YES", "On"])
def test_a_switch_is_turned_on_by_any_usual_word(word: str) -> None:
    assert settings.read({"KEFU_TRY_PAGE": word}).try_page is True


def test_an_unknown_setting_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(SettingsError, match=r"KEFU_PROT; known are .*KEFU_PORT"):
        settings.read({"KEFU_PROT": "8000"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEFU_PORT", "eight"), ("KEFU_PORT", ""), ("KEFU_PORT", "80.5"), ("KEFU_WORKER", "maybe"),
        ("KEFU_DRAIN_SECONDS", "soon"), ("KEFU_POOL_SIZE", "1e3"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_its_setting(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}={value!r}"):
        settings.read({name: value})


def test_the_database_lies_in_the_data_folder_unless_told_otherwise() -> None:
    assert Settings(data_dir=Path("here")).sqlalchemy_url() == "sqlite:///here/kefu.db"
    assert Settings(database_url="postgresql://db/kefu").sqlalchemy_url() == "postgresql://db/kefu"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "70000"), ("POOL_SIZE", "0"), ("CALLBACK_SECONDS", "nan")]
)
def test_a_number_out_of_its_range_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"KEFU_{name}"):
        settings.read({f"KEFU_{name}": value})


@pytest.mark.parametrize("proxies", ["*", "proxy.internal", "10.0.0.1/8", "127.0.0.1;10.0.0.1"])
def test_a_proxy_is_named_by_its_address(proxies: str) -> None:
    with pytest.raises(SettingsError, match="KEFU_PROXIES"):
        settings.read({"KEFU_PROXIES": proxies})


@pytest.mark.parametrize(
    "hosts",
    [
        "*", "*.com", "a.*.example.com", "https://img.example.com", "img.example.com/pictures", "a.example b.example",
        "img.example.com; script-src *", "'unsafe-inline'", "data:", "图.example", "img.example.com\nx: y",
    ],
)  # fmt: skip
def test_a_host_of_pictures_is_a_host_and_nothing_else(hosts: str) -> None:
    with pytest.raises(SettingsError, match="KEFU_IMAGE_HOSTS"):
        settings.read({"KEFU_IMAGE_HOSTS": f"ok.example.com, {hosts}"})
