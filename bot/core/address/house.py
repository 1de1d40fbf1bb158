"""The smaller parts of an address: street or town, road, number, building, room; and whether that leads to a door."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMERAL = r"[\d一二三四五六七八九十百]"
#: A township has two syllables before 乡 or more: 良乡 is a town of another name.
_STREET = re.compile(
    r"[街路巷][^\W\d_路街巷号]{1,2}[镇乡](?![镇路街巷江海安]|大[道街])|[^\W\d_号街路]{1,2}[村路巷]镇(?![镇路街巷江海安]|大[道街])|[^\W\d_号村]{0,1}[^\W\d_号]{0,8}?(?:\*{2})?街道(?!口)(?:办事处|办(?![公理]))?|[^\W\d_路街巷号村组]{1,9}?(?:街?镇(?![路街巷]|镇(?![东南西北前中][路街大])|大[道街])|(?<=[^\W\d_][^\W\d_])乡(?![镇路村])|苏木)|第?\d{1,3}团(?!购)"
)
_MASKED_STREET = re.compile(r"\*{1,4}(?:街道|镇|乡)")
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,9}?(?:高新[东南西北]?区|经开区|开发区|示范区|新区|管理区|保税区|度假区|名胜区|风景区|实验区)"
)
_NUMBER = re.compile(rf"[甲乙丙附]?(?:\d{{1,5}}(?:-\d{{1,4}})?|{_NUMERAL}{{1,4}})(?:号(?!楼)(?:院|之{_NUMERAL})?|弄)")
_ROOM = re.compile(
    rf"(?:{_NUMERAL}{{1,3}}|[A-Za-z])单元|(?:{_NUMERAL}{{1,3}}|B\d)[楼层](?!栋)|#?[A-Za-z]?\d{{1,5}}(?:-\d{{1,5}})*[室房]?$"
    r"|(?<![\d-])\d{1,3}-\d{1,3}-\d{2,5}"
)
_BUILDING = re.compile(rf"(?:[A-Za-z]?\d{{1,4}}|[A-Za-z]|{_NUMERAL}{{1,3}})#?(?:号楼|号宿舍楼|栋|幢|座|#)")
#: What a courier finds without a number: villages and what stands once in a street.
_LANDMARK = re.compile(
    r"村|屯|庄(?!路|街)|[农林牧渔]场|宿舍|家属院|代收|[一-十]社|嘎查|公所|驿站|学校?$|大学|[中小]学|幼儿园|医院|卫生[院所]|公司|超市|酒店|客栈|民宿|酒楼|隔壁|[一二三四五六七八九十]中|[一二三四五六七八九十]小(?:$|[^\W\d_])|高中|[处科]$|办公室|[东南西北][侧面]$|平房$|饭店|茶馆|饭庄|餐厅|药房|诊所|驾校|网吧|旅馆|招待所|书店|寺$|庙$|教堂|码头|景区|公园(?![路街])|博物馆|图书馆|俱乐部|会所|专柜|门市|合作社|[农山]庄|度假村|基地|仓库|宾馆|广场|大厦|政府|派出所"
    r"|邮政局|邮局|银行|法院|工厂|厂$|[连团]部|中心$|商场|市场|交叉口|[旁边对面]$|园区?$|[店铺队站矿馆局所院库]里?$|对过$|门口|居委会|商城|[^\W\d_]组$"
)
_NUMBERED = re.compile(
    rf"{_NUMERAL}[甲乙丙丁]?[门号弄栋幢座楼层室房组队社院连舍斋档铺排期]|{_NUMERAL}单元|[\d*]{{1,5}}(?:-\d+)*[A-Za-z]?(?:$|\()|#\d|\*[号室栋幢]|[A-Za-z][栋幢座]"
)


@dataclass(frozen=True, slots=True)
class House:
    """A detail cut in four, which joined are the detail again: 文一西路, 969号, 3幢, 5楼. A compound's name belongs to
    the building."""

    road: str = ""
    number: str = ""
    building: str = ""
    room: str = ""

    def __str__(self) -> str:
        return f"{self.road}{self.number}{self.building}{self.room}"


def zone(text: str) -> str:
    """The development zone that a text begins with, which stands for a district (高新区); "" for none."""
    found = _ZONE.match(text)
    return found.group() if found else ""


def street(text: str) -> str:
    """The street office, town or regiment that a text begins with (五常街道, 张江镇, 10团); "" for none."""
    found = _STREET.match(text) or _MASKED_STREET.match(text)
    return found.group() if found else ""


def split(detail: str) -> House:
    """A detail in its four parts."""
    number = _NUMBER.search(detail)
    begin, end = number.span() if number else (0, 0)
    room = _ROOM.search(detail, end)
    building = _BUILDING.search(detail, end)
    if room and building and building.start() > room.start():
        room = _ROOM.search(detail, building.end())
    last = room.start() if room else len(detail)
    if number:
        return House(detail[:begin], number.group(), detail[end:last], detail[last:])
    first = min(building.start(), last) if building else last
    return House(detail[:first], "", detail[first:last], detail[last:])


def is_findable(detail: str) -> bool:
    """Whether a courier finds the door: a number of some kind, a village or a landmark (our default)."""
    return bool(_NUMBERED.search(detail) or _LANDMARK.search(detail))
