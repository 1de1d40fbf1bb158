"""Read where a shop's couriers deliver: the key `courier_areas` of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.content.divisions import divisions
from bot.content.reader import Reader
from bot.content.yaml import Text
from bot.core.address import region
from bot.core.couriers import Area, Reach
from bot.core.shop import Shop


def read_reach(reader: Reader, base: Mapping[str, Reach]) -> Mapping[str, Reach]:
    """Courier → where it delivers; what a shop's file gives replaces the common table whole."""
    if not reader.has("courier_areas"):
        return base
    table = Reader(reader.path, reader.data[Text("courier_areas", 0)], reader.findings, reader.line("courier_areas"))
    found = {}
    for name in table.data:
        inner = Reader(reader.path, table.data[name], reader.findings, name.line)
        inner.only(("only", "except"))
        if inner.has("only") and inner.has("except"):
            inner.report(name.line, "fact", f"“{name}”的 only 和 except 只写一个")
        found[str(name)] = Reach(_areas(inner, "only"), _areas(inner, "except"))
    return found


def check_reach(reader: Reader, shop: Shop) -> None:
    """Report couriers with areas that the shop does not send with, and a last resort that is one of the usual ones."""
    if reader.has("courier_areas"):
        known = {*shop.couriers, shop.fallback_courier} - {""}
        for name in Reader(reader.path, reader.data[Text("courier_areas", 0)], []).data:
            if name not in known:
                reader.report(
                    name.line, "fact", f"“{name}”不在 couriers 里，也不是 fallback_courier：{'、'.join(sorted(known))}"
                )
    if reader.has("fallback_courier") and shop.fallback_courier in shop.couriers:
        advice = f"“{shop.fallback_courier}”已经在 couriers 里，fallback_courier 写别家都送不到时用的那一家"
        reader.report(reader.line("fallback_courier"), "fact", advice)


def _areas(reader: Reader, key: str) -> tuple[Area, ...]:
    return tuple(_read(reader, reader.texts(key)))


def _read(reader: Reader, names: Iterable[Text]) -> Iterator[Area]:
    for name in names:
        found = region.find(name, divisions())
        if found is None or found.begin or found.end < len(name):
            reader.report(name.line, "fact", f"“{name}”不是一个省、市或区县，请写全称，例如 新疆和田地区、四川省成都市")
        elif found.doubts:
            reader.report(
                name.line, "fact", f"“{name}”：{found.doubts[0].says.replace('，请问客户是哪一个', '，请写上省市')}"
            )
        else:
            yield tuple(filter(None, (found.province, found.city, found.district)))
