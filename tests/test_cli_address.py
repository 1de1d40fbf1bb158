"""`kefu address`: what the command prints of a delivery address."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bot.cli.main import kefu

TEXT = "杭州市海淀区中关村大街1号3幢502 张三 13812345678转1234"


def _printed(*arguments: str) -> str:
    result = CliRunner().invoke(kefu, ["address", *arguments])
    assert result.exit_code == 0
    return result.output


def test_the_parts_come_as_json_with_the_house_and_the_masked_form() -> None:
    read = json.loads(_printed(TEXT))
    assert [read[part] for part in ("province", "city", "district", "street", "detail")] == [
        "浙江省", "杭州市", "海淀区", "", "中关村大街1号3幢502",
    ]  # fmt: skip
    assert (read["name"], read["phone"], read["extension"]) == ("张三", "13812345678", "1234")
    assert read["house"] == {"road": "中关村大街", "number": "1号", "building": "3幢", "room": "502"}
    assert [doubt["kind"] for doubt in read["doubts"]] == ["contradiction"]
    assert read["masked"] == "浙江省杭州市海淀区中关村大街****，张*，138****5678转1234"


def test_the_text_form_says_what_is_missing_and_what_to_ask() -> None:
    lines = _printed(TEXT, "--format", "text").splitlines()
    assert "区县：海淀区" in lines
    assert "要问：杭州市没有海淀区，请与客户核对省市区" in lines
    assert _printed("浙江省杭州市 张三", "--format", "text").splitlines()[-2:] == [
        "还缺：区县、门牌号、电话", "给客户看：浙江省杭州市，张*",
    ]  # fmt: skip
