"""The country's provinces, cities and districts by their names and short names, read from one text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Division.level
PROVINCE, CITY, DISTRICT = 0, 1, 2
#: Longest name, in characters (双江拉祜族佤族布朗族傣族自治县 has 15).
LONGEST = 16

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族"
    "|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|普米族|塔吉克族?|怒族"
    "|鄂温克族|德昂族|保安族|裕固族|独龙族|鄂伦春族?|各族|回(?=自治区)"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*(?P<kind>自治[区州县旗])$")
_KIND = re.compile(r"(?:特别行政区|地区|林区|新区|[省市区县旗盟])$")
#: Short names that no rule makes.
_NICKNAMES = {
    "内蒙古自治区": ("内蒙古", "内蒙"), "新疆维吾尔自治区": ("新疆",), "广西壮族自治区": ("广西",),
    "鄂温克族自治旗": ("鄂温克旗",), "鄂伦春自治旗": ("鄂伦春旗",), "锡林郭勒盟": ("锡林郭勒", "锡盟"),
    "科尔沁右翼前旗": ("科右前旗",), "科尔沁右翼中旗": ("科右中旗",), "科尔沁左翼中旗": ("科左中旗",),
    "科尔沁左翼后旗": ("科左后旗",), "察哈尔右翼前旗": ("察右前旗",), "察哈尔右翼中旗": ("察右中旗",),
    "察哈尔右翼后旗": ("察右后旗",), "东乌珠穆沁旗": ("东乌旗", "东乌珠穆沁"), "西乌珠穆沁旗": ("西乌旗", "西乌珠穆沁"),
    "阿拉善左旗": ("阿左旗",), "阿拉善右旗": ("阿右旗",), "土默特左旗": ("土左旗",), "土默特右旗": ("土右旗",),
    "达尔罕茂明安联合旗": ("达茂旗", "达茂联合旗"), "莫力达瓦达斡尔族自治旗": ("莫力达瓦旗", "莫旗", "莫力达瓦"),
    "乌拉特前旗": ("乌前旗",), "乌拉特中旗": ("乌中旗",), "乌拉特后旗": ("乌后旗",), "苏尼特左旗": ("东苏旗", "苏左旗"),
    "苏尼特右旗": ("西苏旗", "苏右旗"), "新巴尔虎左旗": ("新左旗",), "新巴尔虎右旗": ("新右旗",),
    "克什克腾旗": ("克旗", "克什克腾"), "翁牛特旗": ("翁旗", "翁牛特"),
    "兴安盟": (), "巴音郭楞蒙古自治州": ("巴音郭楞", "巴音郭楞州", "巴州"),
    "博尔塔拉蒙古自治州": ("博尔塔拉", "博尔塔拉州", "博州"),
    "克孜勒苏柯尔克孜自治州": ("克孜勒苏", "克孜勒苏州", "克州"),
    "昌吉回族自治州": ("昌吉", "昌吉州"), "伊犁哈萨克自治州": ("伊犁", "伊犁州"), "苏州工业园区": ("工业园区", "园区"),
    "浦东新区": ("浦东",), "滨海新区": ("滨海",), "香港特别行政区": ("香港",), "澳门特别行政区": ("澳门",),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """A province, city or district by its full name, and what it lies in; `now` is a former district's new name."""

    name: str
    level: int
    within: Division | None = None
    now: str = ""

    def line(self) -> Iterator[Division]:
        """The division itself, then what it lies in, upwards."""
        one: Division | None = self
        while one is not None:
            yield one
            one = one.within

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the province down."""
        return tuple(one.name for one in self.line())[::-1]


class Divisions:
    """All divisions; a name or short name leads to those that bear it (朝阳区: one in 北京, one in 长春)."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Takes the lines of a text in the form that bot/content/divisions.txt explains at its head."""
        self._named: dict[str, tuple[Division, ...]] = {}
        self._parents: set[Division] = set()
        for division in _read(lines):
            if division.within:
                self._parents.add(division.within)
            for name in (division.name, *short_names(division)):
                self._named[name] = (*self._named.get(name, ()), division)
        self._longest: dict[str, int] = {}
        for name in self._named:
            self._longest[name[:2]] = max(len(name), self._longest.get(name[:2], 0))

    def named(self, name: str) -> tuple[Division, ...]:
        """The divisions of a name or a short name; () for none."""
        return self._named.get(name, ())

    def at(self, text: str, begin: int) -> Iterator[tuple[str, tuple[Division, ...]]]:
        """The names that stand at a place of a text and the divisions that bear them, the longest first."""
        for length in range(self._longest.get(text[begin : begin + 2], 1), 1, -1):
            name = text[begin : begin + length]
            if len(name) == length and (found := self._named.get(name)):
                yield name, found

    def is_divided(self, division: Division) -> bool:
        """Whether it has cities or districts of its own (东莞市 has none)."""
        return division in self._parents

    def __len__(self) -> int:
        """How many names lead to a division."""
        return len(self._named)


def short_names(division: Division) -> tuple[str, ...]:
    """What people call a division beside its full name: 余杭 for 余杭区, 延边 and 延边州 for 延边朝鲜族自治州."""
    name = division.name
    if name in _NICKNAMES:
        return _NICKNAMES[name]
    autonomous = _AUTONOMOUS.search(name)
    if autonomous:
        stem, kind = name[: autonomous.start()], autonomous["kind"][-1]
        spoken = name.replace("自治", "") if kind in "县旗" else ""  # 积石山保安族东乡族撒拉族县
        return tuple(short for short in (stem, stem + kind, spoken) if len(stem) > 1 and short)
    stem = _KIND.sub("", name)
    return (stem,) if len(stem) > 1 and stem != name else ()


def _read(lines: Iterable[str]) -> Iterator[Division]:
    province = Division("", PROVINCE)
    known: dict[tuple[str, ...], Division] = {}
    for line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if "=" in line:
            path, now = line.split("=")
            *within, former = path.split()
            yield Division(former, DISTRICT, known[tuple(within)], now.strip())
        elif line[0] != " ":
            province = Division(line.strip(), PROVINCE)
            yield province
        else:
            name, _, districts = line.strip().partition(":")
            city = known[province.name, name] = Division(name, CITY, province)
            yield city
            yield from (Division(district, DISTRICT, city) for district in districts.split())
