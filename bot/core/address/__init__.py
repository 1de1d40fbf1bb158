"""Find a pasted delivery block: the address, and the name that stands beside it, the phone or a word like 收货人."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

#: Where a thing stands in a text.
Span = tuple[int, int]

#: Short names of the provinces.
PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古",
    "广西", "西藏", "宁夏", "新疆", "香港", "澳门",
)
_PROVINCE = re.compile("|".join(PROVINCES))
_CITY = re.compile(
    "石家庄|唐山|秦皇岛|邯郸|邢台|保定|张家口|承德|沧州|廊坊|衡水|太原|大同|阳泉|长治|晋城|朔州|晋中|运城|忻州|临汾|吕梁|呼和浩特|包头"
    "|乌海|赤峰|通辽|鄂尔多斯|呼伦贝尔|沈阳|大连|鞍山|抚顺|本溪|丹东|锦州|营口|阜新|辽阳|盘锦|铁岭|朝阳市|葫芦岛|长春|四平|辽源|通化"
    "|白山|松原|白城|延边|哈尔滨|齐齐哈尔|鸡西|鹤岗|双鸭山|大庆|伊春|佳木斯|七台河|牡丹江|黑河|绥化|南京|无锡|徐州|常州|苏州|南通"
    "|连云港|淮安|盐城|扬州|镇江|泰州|宿迁|杭州|宁波|温州|嘉兴|湖州|绍兴|金华|衢州|舟山|台州|丽水|合肥|芜湖|蚌埠|淮南|马鞍山|淮北|铜陵"
    "|安庆|黄山|滁州|阜阳|宿州|六安|亳州|池州|宣城|福州|厦门|莆田|三明|泉州|漳州|南平|龙岩|宁德|南昌|景德镇|萍乡|九江|新余|鹰潭|赣州"
    "|吉安|宜春|抚州|上饶|济南|青岛|淄博|枣庄|东营|烟台|潍坊|济宁|泰安|威海|日照|临沂|德州|聊城|滨州|菏泽|郑州|开封|洛阳|平顶山|安阳"
    "|鹤壁|新乡|焦作|濮阳|许昌|漯河|三门峡|南阳|商丘|信阳|周口|驻马店|武汉|黄石|十堰|宜昌|襄阳|鄂州|荆门|孝感|荆州|黄冈|咸宁|随州|恩施"
    "|长沙|株洲|湘潭|衡阳|邵阳|岳阳|常德|张家界|益阳|郴州|永州|怀化|娄底|湘西|广州|韶关|深圳|珠海|汕头|佛山|江门|湛江|茂名|肇庆|惠州"
    "|梅州|汕尾|河源|阳江|清远|东莞|中山|潮州|揭阳|云浮|南宁|柳州|桂林|梧州|北海|防城港|钦州|贵港|玉林|百色|贺州|河池|来宾|崇左|海口"
    "|三亚|儋州|成都|自贡|攀枝花|泸州|德阳|绵阳|广元|遂宁|内江|乐山|南充|眉山|宜宾|广安|达州|雅安|巴中|资阳|贵阳|六盘水|遵义|安顺|毕节"
    "|铜仁|昆明|曲靖|玉溪|保山|昭通|丽江|普洱|临沧|大理|红河|西双版纳|拉萨|西安|铜川|宝鸡|咸阳|渭南|延安|汉中|榆林|安康|商洛|兰州|嘉峪关"
    "|金昌|白银|天水|武威|张掖|平凉|酒泉|庆阳|定西|陇南|西宁|银川|石嘴山|吴忠|固原|中卫|乌鲁木齐|克拉玛依|吐鲁番|哈密|伊犁|喀什|阿克苏"
    "|义乌|昆山|常熟|张家港|江阴|晋江|石狮|慈溪|余姚"
)
# Words of speech end a part of an address; letters, digits, dashes and Chinese names make it.
_LETTER = r"(?:[^\W_的了吗呢吧啊呀我你您他她它们是在到寄送改换把给请帮能不没么什就也还哪谁几问这想说买]|[-#])"
_PART = re.compile(
    rf"(?P<name>{_LETTER}{{1,14}}?)(?:"
    r"(?P<region>省|自治[区州县]|特别行政区|市(?![场面价])|(?<!小)(?<!社)区(?![别分间域块])|县|旗(?!舰))"
    r"|(?P<street>街道|镇(?!店)|乡|村|社区|大道|路(?![上过由程费况途边线])|街|巷|胡同|小区|大厦|公寓|广场|花园|家园|大楼|中心|学校|大学"
    r"|[中小]学|医院|驿站|公司|酒店|宾馆|超市|工业园(?!区)|科技园(?![区东南西北中])|产业园(?!区)|商场|市场)"
    r"|(?P<house>(?<=[\dA-Za-z一二三四五六七八九十甲乙丙丁])(?:号楼|号院|号(?![码称召线色前后之早晚下])|栋|幢|单元|座|楼|层|弄|组|队)"
    r"|(?<=\d)室(?![内外温])))"
)
_SEPARATOR = re.compile(r"[\s,，、;；]{1,3}(?:(?:详细|街道)地址|(?:详细|街道)(?=[:：\s]))?[:：]?\s?")
_HOUSE_NUMBER = re.compile(
    r"\s?[A-Za-z]?\d{1,5}(?:-[A-Za-z]?\d{1,5}){0,3}(?![\dA-Za-z.*]|-\d|\s?[件个天元块斤双包袋箱盒瓶套条日月点小周年折号到])"
)
_GAP = re.compile(r"[\s,，、;；]{0,3}(?:(?:详细|街道)(?:地址)?[\s:：]{0,2})?")
_LEAD = re.compile(r"[^\n]{0,12}(?:地址|收货|[改换写填][成为]|\d(?=[\u4e00-\u9fff])|^[发寄往])")
_MARK = re.compile(r"[省市区县镇乡街路巷弄村号栋幢室旗厦苑园]|单元|大道")

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安乐于傅卞齐康伍余顾孟黄穆萧肖尹姚邵湛汪祁毛禹狄臧戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾江颜郭梅盛林钟徐邱丘骆高夏蔡田樊胡"
    "凌霍虞万柯管卢莫房解应宗丁宣邓洪包左石崔吉龚程邢裴陆荣翁曲甄储靳段焦侯宁仇甘武符刘景詹龙叶黎白赖乔谭翟姬申冉桑牛温庄晏柴瞿阎闫连习"
    "向古易廖耿匡文欧沃聂曾沙关蒯游竺覃占尚车商佟佘岳帅涂池代仝路艾鹿边卜隋娄邸衣付"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "端木", "南宫", "司徒")
# What begins like a name and is none.
_WORDS = re.compile(
    "谢谢|方便|马上|高兴|安排|安装|包裹|包邮|包装|包包|金额|白色|黄色|蓝色|金色|成功|项链|毛衣|牛奶|严重|何时|何必|顾客|申请|易碎|余额|余款|舒服|舒适"
    "|曾经|关于|关注|路上|于是|万一|连衣|连忙|商品|商家|解决|应该|任何|高级|文件|付款|付钱|车牌|衣服|代收|代付|边上|华为|温馨|管家|向您|盛惠|乐意|宁愿"
    "|小号|小姐|小区|小时|小程|老板|老师|老客"
)
_NO_NAME = re.compile(
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


def addresses(text: str, phones: Sequence[Span] = ()) -> list[Span]:
    """Where addresses stand: from the province or city to the house's number, two parts or more of which one is
    smaller than a district (so that 浙江省杭州市能到吗 holds none)."""
    if len(_MARK.findall(text)) < 2:
        return []
    found = []
    for chain in _chains(_without(text, phones)):
        begin, end = _begin(chain[0]), chain[-1].end()
        tail = _HOUSE_NUMBER.match(text, end)
        end = tail.end() if tail else end
        fine = any(part["region"] is None for part in chain)
        if len(chain) >= 2 and fine and (len(chain) >= 3 or re.search(r"\d", text[begin:end])):
            found.append((begin, end))
    return found


def plain(found: str) -> str:
    """An address in one form, without separators and inner labels like 详细地址."""
    return _SEPARATOR.sub("", found)


def names(text: str, phones: Sequence[Span], places: Sequence[Span]) -> list[Span]:
    """Where names stand: after 收货人, 姓名 or 我叫; otherwise beside a phone, or beside the address if it has a
    phone. A name begins with a surname unless a colon says that it is one."""
    if not phones and not _LABELLED.search(text):
        return []
    bare = _without(text, (*phones, *places))
    found = [match.span("name") for match in _LABELLED.finditer(bare) if _is_name(match["name"], match["mark"] != "")]
    if found or not phones:
        return found
    found = [name for phone in phones if (name := _beside(bare, phone))]
    return found or [name for place in places if (name := _beside(bare, place))]


def _chains(text: str) -> Iterator[list[re.Match[str]]]:
    """Parts of an address that follow each other, beginning with a region or a street."""
    chain: list[re.Match[str]] = []
    for part in _PART.finditer(text):
        gap = text[chain[-1].end() : part.start()] if chain else ""
        if not _GAP.fullmatch(gap):
            yield chain
            chain = []
        if chain or part["house"] is None:
            chain.append(part)
    if chain:
        yield chain


def _begin(part: re.Match[str]) -> int:
    """Where the address begins in its first part: at the province, else at the city, else behind a word like 改成 or
    a name that lost its blank (张三义乌市)."""
    name = part["name"]
    provinces = list(_PROVINCE.finditer(part.group()))
    if provinces:
        first = provinces[-1].start()
        doubled = name.startswith(provinces[-1].group(), first - 2) if first >= 2 else False  # 北京北京市
        return part.start() + first - (2 if doubled else 0)
    city = _CITY.search(part.group())
    if city:
        return part.start() + city.start()
    lead = _LEAD.match(name)
    begin = lead.end() if lead else 0
    if part["region"] and 4 <= len(name) - begin <= 6 and _is_name(name[begin:-2], False):
        begin = len(name) - 2
    return part.start() + begin


def _beside(text: str, span: Span) -> Span | None:
    begin, end = span
    for match in (_BEFORE.search(text, max(0, begin - _REACH), begin), _AFTER.match(text, end)):
        if match and _is_name(match["name"], False):
            return match.span("name")
    return None


def _is_name(text: str, labelled: bool) -> bool:
    if not 2 <= len(text) <= 4 or _NO_NAME.search(text) or _WORDS.match(text) or _PROVINCE.match(text):
        return False
    family = text[1] if text[0] in "小老阿" else text[0]
    return labelled or ((family in _SURNAMES or text.startswith(_COMPOUND)) and not _CITY.match(text))


def _without(text: str, spans: Sequence[Span]) -> str:
    """The text with places made unreadable, of the same length."""
    characters = list(text)
    for begin, end in spans:
        characters[begin:end] = "\0" * (end - begin)
    return "".join(characters)
