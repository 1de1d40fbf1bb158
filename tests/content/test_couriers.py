"""Where couriers deliver, as a shopkeeper writes it; a fault names its line."""

from __future__ import annotations

from bot.content import load
from bot.core.couriers import Reach
from tests.content.mini import MiniTree

FILE = "phrases/_shop.yaml"
SHOP = """\
name: 茶铺
couriers: [中通快递, 圆通速递]
default_courier: 中通快递
fallback_courier: EMS
courier_areas:
  圆通速递: {except: [西藏, 新疆和田地区]}
  EMS:
    only: [浙江, 四川省成都市武侯区]
"""


def test_areas_become_places(mini: MiniTree) -> None:
    mini.write(FILE, SHOP)
    content = load.read(mini.root)
    assert content.findings == []
    shop = content.shops[""]
    assert shop.fallback_courier == "EMS"
    assert shop.courier_reach == {
        "圆通速递": Reach(never=(("西藏自治区",), ("新疆维吾尔自治区", "和田地区"))),
        "EMS": Reach(only=(("浙江省",), ("四川省", "成都市", "武侯区"))),
    }


def test_each_fault_names_its_line(mini: MiniTree) -> None:
    faulty = SHOP.replace("西藏, 新疆和田地区", "火星, 朝阳区").replace("  EMS:", "  顺丰速运:")
    mini.write(FILE, faulty + "    except: [上海]\n    also: [北京]\n")
    found = [(one.line, one.message) for one in load.read(mini.root).findings]
    assert sorted(line for line, _ in found) == [6, 6, 7, 7, 10]
    told = "".join(message for _, message in found)
    for word in ("火星", "都有朝阳区，请写上省市", "不在 couriers 里", "only 和 except 只写一个", "also"):
        assert word in told


def test_the_last_resort_is_none_of_the_usual_ones(mini: MiniTree) -> None:
    mini.write(FILE, "name: 茶铺\ncouriers: [EMS]\nfallback_courier: EMS\n")
    assert [(one.line, "别家都送不到" in one.message) for one in load.read(mini.root).findings] == [(3, True)]
