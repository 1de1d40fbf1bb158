"""Find the name of who receives a parcel: after a word like 收货人, or beside the phone or the address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.address.towns import CITY, PROVINCE

#: Where a thing stands in a text.
Span = tuple[int, int]

#: Families of one character.
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安乐于傅卞齐康伍余顾孟黄穆萧肖尹姚邵湛汪祁毛禹狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江颜郭梅盛林钟徐邱丘骆高夏蔡田樊胡"
    "凌霍虞万柯管卢莫房解应宗丁宣邓洪包左石崔吉龚程邢裴陆荣翁曲甄储靳段焦侯宁仇甘武符刘景詹龙叶黎白赖乔谭翟姬申冉桑牛温庄晏柴瞿阎闫连习"
    "向古易廖耿匡文欧沃聂曾沙关蒯游竺覃占尚车商佟佘岳帅涂池代仝路艾鹿边卜隋娄邸衣付"
    "靳逄阚冼饶敖戈蒲邰濮雍缪裘栾厉戎郜蔺屠郗扈寇阙巩晁訾辛鞠荆桓逯苟仵芦闻谌揭祖谷茹佴麦冷岑楚尧盘冉亢朴米"
)
#: Families of two.
COMPOUND = (
    "欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木", "南宫", "司徒",
    "东方", "宇文", "百里", "轩辕", "呼延", "东郭", "澹台", "闻人", "长孙", "鲜于",
)
#: What begins like a name and is none.
WORDS = re.compile(
    "谢谢|方便|马上|高兴|安排|安装|包裹|包邮|包装|包包|金额|白色|黄色|蓝色|金色|成功|项链|毛衣|牛奶|严重|何时|何必|顾客|申请|易碎|余额|余款|舒服|舒适"
    "|曾经|关于|关注|路上|于是|万一|连衣|连忙|商品|商家|解决|应该|任何|高级|文件|付款|付钱|车牌|衣服|代收|代付|边上|华为|温馨|管家|向您|盛惠|乐意|宁愿"
    "|小号|小姐|小区|小时|小程|老板|老师|老客|辛苦|冷链|冷冻|米色|米白|就行|即可|可以|急用|速发"
)
#: What no name holds.
SPEECH = re.compile(
    "[的了吗呢吧啊呀么怎改换写错填不没要收件货电话机号码地址什谁我你您他她是在到给寄送快递查退款去来拿取点]"
)
_LABELLED = re.compile(
    r"(?:收[货件]人|姓名|名字|我叫)(?:姓名|名字)?(?:[改换][成为]|是|为|叫|写)?\s?(?P<mark>[:：=]?)[\s,，]?"
    r"(?P<name>[\u4e00-\u9fff]{2,4}?)(?=$|[^\u4e00-\u9fff]|电话|手机|联系|号码|收[货件]|地址|所在|[的我你了吗改换])"
)
_BEFORE = re.compile(
    r"(?:^|[^\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{2,4}?)(?:[\s,，、]?(?:联系)?(?:电话|手机|tel)号?码?)?"
    r"[\s,，、:：;；|/]{0,3}$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"[\s,，、;；|/]{0,3}(?P<name>[\u4e00-\u9fff]{2,4})(?=$|[^\u4e00-\u9fff])")
_REACH = 18


def names(text: str, phones: Sequence[Span], places: Sequence[Span]) -> list[Span]:
    """Where names stand: after 收货人, 姓名 or 我叫; otherwise beside a phone, or beside the address if it has a
    phone. A name begins with a surname unless a colon says that it is one."""
    if not phones and not _LABELLED.search(text):
        return []
    bare = without(text, (*phones, *places))
    found = [match.span("name") for match in _LABELLED.finditer(bare) if is_name(match["name"], match["mark"] != "")]
    if found or not phones:
        return found
    found = [name for phone in phones if (name := _beside(bare, phone))]
    return found or [name for place in places if (name := _beside(bare, place))]


def _beside(text: str, span: Span) -> Span | None:
    begin, end = span
    for match in (_BEFORE.search(text, max(0, begin - _REACH), begin), _AFTER.match(text, end)):
        if match and is_name(match["name"], False):
            return match.span("name")
    return None


def is_name(text: str, labelled: bool) -> bool:
    """Whether two to four Chinese characters may be a name: `labelled` ones need no surname."""
    if not 2 <= len(text) <= 4 or SPEECH.search(text) or WORDS.match(text) or PROVINCE.match(text):
        return False
    family = text[1] if text[0] in "小老阿" else text[0]
    return labelled or ((family in SURNAMES or text.startswith(COMPOUND)) and not CITY.match(text))


def without(text: str, spans: Sequence[Span]) -> str:
    """The text with places made unreadable, of the same length."""
    characters = list(text)
    for begin, end in spans:
        characters[begin:end] = "\0" * (end - begin)
    return "".join(characters)
