"""A delivery address in its parts, what a courier still needs of it, and what has to be asked."""

from __future__ import annotations

from dataclasses import dataclass

#: The parts that are texts, from the largest to the smallest, then who receives.
PARTS = ("province", "city", "district", "street", "detail", "name", "phone", "extension", "postcode")
#: What a courier needs, as customers are asked for it.
NEEDED = ("省/市", "区县", "门牌号", "姓名", "电话")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask about. `kind`: contradiction (杭州市海淀区), ambiguous (a district that several cities have),
    former (a district that was renamed), phone (a wrong number of digits), several_phones. `says` is a sentence in
    Chinese for agents; `candidates` are what may be meant: for a place its path, for a phone the numbers."""

    kind: str
    says: str
    candidates: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A delivery address; "" for what is not said. Regions bear their full names (浙江省, 杭州市, 余杭区); a city
    without districts has none (仙桃市, 东莞市). `detail`: road, number, building and room, simplified and without
    blanks. `name` as typed. `phone`: digits, 0571-88886666 or 138****5678. `missing`: of NEEDED, in that order."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    detail: str = ""
    name: str = ""
    phone: str = ""
    extension: str = ""
    postcode: str = ""
    missing: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def region(self) -> str:
        """Province, city and district as they are written on a parcel; a municipality once (北京市朝阳区)."""
        city = "" if self.city == self.province else self.city
        return f"{self.province}{city}{self.district}"
