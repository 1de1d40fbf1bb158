"""Find province, city and district in a text, fill in what follows from them, and notice what does not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.address.divisions import CITY, DISTRICT, PROVINCE, Division, Divisions
from bot.core.address.model import Doubt

#: What stands between two names: separators, blanked labels, and fillers of platforms' and statistics' forms.
_BETWEEN = re.compile(
    r"[\s,、;/|>\0·-]{0,60}(?:(?:省|自治区)直辖县级行政(?:单位|区划)|市辖区|重庆郊县|县(?=[\u4e00-\u9fff]{1,9}县)"
    r"|(?:雄安|贵安|西咸|赣江|天府|两江|滇中|湘江|南沙|舟山群岛)新区|(?:新疆)?生产建设兵团(?:第?[一二三四五六七八九十]{1,3}师)?|第[一二三四五六七八九十]{1,3}师)?[\s,、;/|>\0·-]{0,60}"
)
#: Behind a short name these make it a road or a house called after the place (北京东路, 余杭塘路).
_NAMESAKE = re.compile(
    r".?(?:路|街(?!街?道|镇|乡)|巷|弄)|[镇村]|塘(?!厦)|湾(?!仔)|乡(?!事)|街道|新区|[东南西北中]?(?:大道|大街|大马路|马路|大厦|大学|学院|小区|花园|广场|新村|公寓|医院|银行|饭店|酒店|宾馆|商场|会馆)"
)
_MARKET = re.compile("[场面价]|街道")  # 天津市场 is no city, 东区街道 no district
#: A short name alone in the middle of a text is a place only behind one of these.
_OPENING = re.compile(r"(?:^|[\s,、:;/|>\0。(\[\]【】]|[改换变写发寄送][成为到往至给]?|地址|是|[发寄送])$")
_TOWN = re.compile("[\u4e00-\u9fff]{1,6}?(?:街道|[镇乡](?![江海镇路街巷]))")
#: Nobody writes a district there.
_WITHOUT_DISTRICTS = ("香港特别行政区", "澳门特别行政区")


@dataclass(frozen=True, slots=True)
class Region:
    """Where the names stand in the text, what they mean, and whether an address there needs a district."""

    begin: int
    end: int
    province: str = ""
    city: str = ""
    district: str = ""
    districts: bool = True
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class _Chain:
    """Names that follow each other: what they may mean together, and what was written before they parted ways."""

    begin: int
    end: int
    possible: tuple[Division, ...]
    weight: int
    before: tuple[Division, ...] = ()
    written: tuple[Division, ...] = ()


def find(text: str, divisions: Divisions, wished: int = 0) -> Region | None:
    """The region of an address in a simplified text; None when it names none. Of several the fullest counts, and
    before all others one that begins at or behind `wished` (where 改成 ends)."""
    best: _Chain | None = None
    for chain in _chains(text, divisions):
        chain.weight += 10 if wished and chain.begin >= wished else 0
        if best is None or chain.weight > best.weight:
            best = chain
    return _resolved(best, divisions) if best else None


def _chains(text: str, divisions: Divisions) -> Iterator[_Chain]:
    at = 0
    while at < len(text) - 1:
        chain = _chain(text, at, divisions)
        at = chain.end if chain else at + 1
        if chain:
            yield chain


def _chain(text: str, begin: int, divisions: Divisions) -> _Chain | None:
    first = _step(text, begin, (), divisions)
    if first is None:
        return None
    name, found = first
    chain = _Chain(begin, begin + len(name), found, _weight(name, found))
    while step := _step(text, at := _next(text, chain.end), chain.possible, divisions):
        name, found = step
        if chain.weight == 1 and found[0].level == PROVINCE < chain.possible[-1].level:
            break  # 白云 187… 贵州省: somebody's name, not a place that the province lies in
        chain.end = at + len(name)
        chain.weight += _weight(name, found)
        fitting = _fitting(found, chain.possible)
        if not fitting:
            chain.before, fitting = chain.possible, found
        chain.written += found
        chain.possible = fitting
    small = all(one.level == DISTRICT for one in chain.possible)
    told = len(chain.possible) == 1 and _TOWN.match(text, chain.end)  # 昆山花桥镇, 海淀学院路街道
    lonely = chain.weight == 1 and ((small and not told) or not _OPENING.search(text[:begin][-3:]))
    return None if lonely else chain


def _next(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _weight(name: str, found: Sequence[Division]) -> int:
    return 2 if found[0].name == name else 1


def _step(
    text: str, at: int, possible: tuple[Division, ...], divisions: Divisions
) -> tuple[str, tuple[Division, ...]] | None:
    """The name at a place, and those that it may mean behind `possible`; a full name that fits none of them is told
    too, so long as it is of a smaller kind."""
    for name, bearers in divisions.at(text, at):
        whole = tuple(one for one in bearers if one.name == name)
        found = whole or bearers
        if possible and not whole and all(one.level == DISTRICT for one in possible):
            continue  # 宝塔区宝塔山街道: the district is told, this names a street
        behind = text[at + len(name) : at + len(name) + 4]
        if formerly := _formerly(name, behind, found, possible):
            return formerly
        if name == "九龙" and behind[:1] in ("塘", "湾"):
            continue  # a quarter of it
        zone = behind.startswith("新区") and found[0].level == CITY  # 兰州新区 is a part of it
        if (_MARKET if whole else _NAMESAKE).match(behind) and not zone:
            continue
        if not possible or _fitting(found, possible):
            return name, found
        deepest = max(one.level for one in possible)
        smaller = tuple(one for one in found if one.level > deepest)
        if whole and smaller:
            return name, smaller
    return None


def _formerly(
    name: str, behind: str, found: Sequence[Division], possible: Sequence[Division]
) -> tuple[str, tuple[Division, ...]] | None:
    """A county or city that became a district or a city, behind what it lies in (富阳市, 淮阳县, 邹平县)."""
    if behind[:1] not in ("县", "市") or _MARKET.match(behind[1:]) or not possible:
        return None
    now = [one for one in _fitting(found, possible) if one.name in (f"{name}区", f"{name}市")]
    kept = tuple(Division(name + behind[0], DISTRICT, one.within, one.name) for one in now)
    return (name + behind[0], kept) if kept else None


def _fitting(found: Sequence[Division], possible: Sequence[Division]) -> tuple[Division, ...]:
    """What two names in a row mean together: the found that lie in the possible, else the possible that lie in the
    found (a name said once more)."""
    lower = tuple(one for one in found if any(two in one.line() for two in possible))
    return lower or tuple(two for two in possible if any(one in two.line() for one in found))


def _resolved(chain: _Chain, divisions: Divisions) -> Region:
    first, meant = _likeliest(chain.before), _likeliest(chain.possible)
    if first:
        names, doubts = _as_written(first, meant, chain.written), [_contradiction(first, meant)]
    elif len(meant) > 1:
        names, doubts = _shared(meant), [_ambiguity(meant)]
    else:
        names, doubts = _whole(meant[0], divisions), list(_renamed(meant[0]))
    undivided = meant[0].level == CITY and not divisions.is_divided(meant[0])
    needs = names[PROVINCE] not in _WITHOUT_DISTRICTS and not undivided
    return Region(chain.begin, chain.end, *names, needs, tuple(doubts))


def _whole(one: Division, divisions: Divisions) -> tuple[str, str, str]:
    """The names of a place and of all that it lies in."""
    names = {two.level: two.now or two.name for two in one.line()}
    if one.level == PROVINCE and any(two.within is one for two in divisions.named(one.name)):
        names[CITY] = one.name  # a municipality is its own city
    return names[PROVINCE], names.get(CITY, ""), names.get(DISTRICT, "")


def _shared(meant: Sequence[Division]) -> tuple[str, str, str]:
    """What several places of one name have in common."""
    columns = [set(level) for level in zip(*(one.path for one in meant), strict=True)]
    province, city, district, *_ = (*(column.pop() if len(column) == 1 else "" for column in columns), "", "")
    return province, city, district


def _as_written(
    first: Sequence[Division], meant: Sequence[Division], written: Sequence[Division]
) -> tuple[str, str, str]:
    """What a customer wrote who put together what does not fit: 江苏省, 杭州市, 西湖区."""
    names = {two.level: two.name for two in first[0].line()} if len(first) == 1 else {}
    lowest = first[0].level
    names |= {one.level: one.name for one in meant[0].line() if one.level > lowest and one in (meant[0], *written)}
    return names.get(PROVINCE, ""), names.get(CITY, ""), names.get(DISTRICT, "")


def _renamed(one: Division) -> Iterator[Doubt]:
    if one.now:
        yield Doubt("former", f"{one.name}已并入或改名为{one.now}", ((*one.path[:2], one.now),))


def _likeliest(possible: Sequence[Division]) -> tuple[Division, ...]:
    """Those that a chain means: a province's own name for its city too is one, a former name gives way to one in use,
    a larger place to a smaller one of the same name (中山: the city, not a district)."""
    if not possible:
        return ()
    largest = min(one.level for one in possible)
    kept = [one for one in possible if one.level == largest]
    if largest == PROVINCE:
        kept = [two for two in possible if two.level == CITY and two.name == kept[0].name] or kept
    return tuple(one for one in kept if not one.now) or tuple(kept)


def _contradiction(first: Sequence[Division], meant: Sequence[Division]) -> Doubt:
    larger, smaller = first[0], meant[0]
    places = tuple(dict.fromkeys(one.path for one in (*first, *meant)))
    return Doubt("contradiction", f"{larger.name}没有{smaller.name}，请与客户核对省市区", places)


def _ambiguity(meant: Sequence[Division]) -> Doubt:
    places = tuple(one.path for one in meant)
    said = "、".join("".join(dict.fromkeys(path[:-1])) for path in places)
    return Doubt("ambiguous", f"{said}都有{meant[0].name}，请问客户是哪一个", places)
