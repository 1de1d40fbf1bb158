"""How much a few characters look like somebody's name by themselves, wherever they stand."""

from __future__ import annotations

import re

from bot.core.address.people import COMPOUND, SPEECH, SURNAMES, WORDS
from bot.core.address.towns import CITY, PROVINCE

#: Families too rare, or too like words, to be looked for in the middle of chat.
_RARE = (
    "亓仉缑禄单查盖麻种花敬晋原宿弓郏农侬刀岩区郄郇邝幸相仝伏国巫钮巢蹇母苑展初衡折粘豆宓綦宦鄢隗暴牟冀璩水海云乌平令召闪普撒妥拜鲜喇冶尕拓"
    "沐木和者庾漆税法昌酆常时皮元平贝明计成谈茅席强危童刁支昝干裘贲郁杭诸滑荀羊於惠家封芮羿汲糜松井巴牧山蓬全班仰秋仲伊宫司韶蓟薄印怀从鄂索咸"
    "迟阳丛粟栗焉战修由原来丰籍卓蒙阴胥苍双莘党贡劳扶堵宰郦桂寿燕浦慕鱼容慎暨居步弘利蔚隆师勾简须红"
)
_RARE_PAIRS = (
    "纳兰", "闾丘", "赫连", "独孤", "申屠", "太史", "完颜", "拓跋", "西门", "淳于", "濮阳", "仲孙",
    "第五", "钟离", "谷梁", "段干", "公冶", "乐正", "梁丘", "左丘", "公西", "颛孙", "巫马", "漆雕",
    "亓官", "司寇", "南门", "北宫", "万俟", "叶赫", "达奚", "贺兰", "哥舒", "爱新", "太叔", "公羊",
    "公良", "宗政", "东里", "东门",
)  # fmt: skip
#: Characters that Mongolian, Tibetan and Uyghur names are written with, which may be longer than four (乌云其其格).
SOUNDS = (
    "阿艾敖巴白包宝布才查朝措达旦丹道德登顿堆多额尔甫嘎高格古哈海合和呼胡花吉加甲江杰金卡克肯拉兰朗勒力丽林鲁玛买麦曼孟米木娜那尼努其奇"
    "钦琴青曲热仁日茹萨赛桑沙山斯苏孙索塔坦特提图吐托娃旺吾乌西希牙雅亚依伊义音云扎增珍珠卓孜左别汗帕肖库赫迪姆叶森甘柯"
    "梅朵根勃娅郎拜孜万央宗次泽洛让降措姆翁拥初依莫惹果嫫提江买合木提吐尔逊艾合买提麦麦提居玉素甫热孜伊敏依明祖丽皮亚努肉孜阿卜杜"
)
_LIKE_A_NAME = re.compile(
    r"[\u3400-\u9fff]{2,4}|(?=.{2,4}$)[\u3400-\u9fff*]+|[\u3400-\u9fff]{1,9}(?:·[\u3400-\u9fff]{1,9}){1,3}"
    r"|[A-Z][A-Za-z'.-]{1,14}|[a-z]{2,12}|[A-Za-z]{2,15}(?: {1,3}[A-Za-z.'-]{1,15}){1,2}"
    rf"|[{SOUNDS}]{{5,9}}"
)
_PAIRS = COMPOUND + _RARE_PAIRS
_FOREIGN = re.compile(rf"[{SOUNDS}]{{3,9}}")
#: A screen name, beside a phone and nowhere else.
_SCREEN_NAME = re.compile(r"[\u3400-\u9fff]{5,8}|[A-Za-z]{2,12}[\u3400-\u9fff]{1,3}|[\u3400-\u9fff]{1,3}[A-Za-z]{2,12}")
_TITLED = re.compile(
    r"(?:[\u3400-\u9fff*]{1,3}|[A-Za-z]{1,12})(?:先生|女士|小姐姐?|太太|老师|师傅|大?[姐哥叔婶姨妈爸爷嫂伯]|总|生|工|太|奶奶|阿姨|同学|医生|护士[长]?|经理|主任|老板娘?"
    r"|店长|会计|教练|律师|队长|警官|同志|[院校厂站村所科处局]长|书记|教授|导员|妈妈|爸爸|宝宝|董|导)"
)
_OTHERS = "员|医|卫|先|民|人|学|众|大|公|养|发|再|花|一|加|施|化|手|竣|总|汇|老"  # 卫生, 医生, 员工
_NO_TITLE = re.compile(rf"(?:{_OTHERS})(?:生|工)")
#: What no name of two or three characters with a surname holds behind it; 来, 机, 在 or 地 it may (靳东来, 丘处机).
_TALK = re.compile(
    "[的了吗呢吧啊呀么怎改换错填码址什谁我你您给寄送递退款]|电话|手机|话机|[快过上下出回起]来|[快早晚]点|在[家吗]"
    "|号(?!$)|不[是在要会能行到同高好对安错]|收[到货件]|[已未没签代查请]收|来[电货自]|查[一询件快收看找]|单[号子独位元据]"
)
#: What no screen name holds: something is asked for, or a place is told.
_PLEA = re.compile(
    "[别放你我您吗呢吧请改换寄送到收填写查退发给要不]"
    "|颜色|这个|为准|一起|一点|谢|麻烦|快递|发货|地址|电话|手机|尽快|联系|不要|打"
)
_PLACE = re.compile("[路街巷号村镇乡栋幢楼室层区厦苑院省市县组屯门旁]")
#: Said beside phones and addresses, and neither a name nor a place: what couriers and shops are asked for.
NOTE = re.compile(
    "电联|加?急[用件急!]?$|加急|本人|自[提取]|到付|货到|勿|易碎|轻[拿放]|(?:[发寄走用]|改发|不[发要寄])?(?:顺丰|圆通|中通|申通|韵达|极兔|邮政|京东|德邦|[Ee][Mm][Ss])"
    "|工作日|周末|[上下]午|[晚早]上|白天|中午|下班|上班|有人|没人|送货|派送|配送|签收|代签|您好|你好|亲亲|亲$|在[吗家]|好的|[嗯哦]|尽快|麻烦|拜托|辛苦|谢谢|多谢|感谢"
    "|[主副]号|备用|微信|虚拟|停机|不[变要用发收打换改能会接动]|其[他它余].{0,3}[不没]|同上|一样|默认|请|另外|随时|按时|及时|注意|切记|千万|务必|必须|贵重|生鲜|开?发?票$|开发票"
    "|保价|颜色|尺码|[今明后][天日晚早]|送礼|赠品|生日|以.{0,4}为准|就这|[越要]快|快[点些一](?:$|发|送|寄|到)|早[点些]|旧[号的]|新[号的]|老号|作废|停用|以后|原来|之前|都发|.{0,6}[那这上]单$|[一二三四五两\\d]件|别[打放送发给压弄]|送人|小票|姓[^*]$|[取寄急]件|补[货发]|[换退][货款]|.*照旧|电话|手机|号码|联系|包[邮装]|现货|老客|收[货件到](?!.{0,3}[组处部室点口台])|怎么|什么"
    "|没[变改换空]|或?放(?:在|到|至|于|我)?(?:门|前台|物业|快递|丰巢|菜鸟|驿站|楼下|家|村口|鞋柜|消防|水表|电表|保安|收发|代收|超市|小卖|邻居|传达)|到了|送到|寄到|转交|如下|以下"
)
#: Where parcels are left, and what else stands alone behind a house: no names.
_SPOT = re.compile(
    "在家|丰巢|菜鸟|前台|门卫|门岗|保安|传达|物业|车[库棚间]|仓库|库房|档口|柜台|大[厅堂门]$|公司|家里|单位|宿舍|学校|老家|新家|地下|负[一二三]"
    "|[东南西北][门侧区面边头]$|正门|后门|侧门|门[口市面]|对面|旁边|楼[上下]$|附近|隔壁(?!老)|代收|客服|掌柜|店家|卖家|最新|新的?$|旧的?$|还有|或者|或是|备注|留言|要求"
    "|转接|分机|中国|全国|放|改|换|发|开|就|只[要能有收]|水果|快递|包裹|地址|姓名|名字|收[发货件]|单元|楼[层道栋]|[左右]手[边侧第转]|[左右]边|以[前后]|现在|打|用|[这那][个边里是种]|家属|西户|东户|小区|大厦|广场|社区|街道|路口|拐角"
    "|尽头|二楼|一楼|三楼|超市|商[店铺]|饭店|酒店|宾馆|食堂|餐厅|银行|医院|药[店房]|文具|五金|烟酒|百货|便利|美容|理发|造型|快餐|茶楼|网吧|酒吧|中医|诊所|水产|石材"
    "|建材|家具|家居|服装|服饰|女装|男装|童装|鞋业|贸易|科技|实业|集团|电子|机械|印刷|同小|武装|之[一二三四五六七八九十]"
)
_PARTICLES = (
    "号室楼层座幢栋单组队元户弄院期区路街巷村镇乡省市县收寄送给到是在的了吗呢吧啊呀哦嗯和或及与跟男女家店厂门东西南北里内外前后上下左右我你他她它这那"
    "就也还请急电新旧要不没有换改写填发转件人名址话机备注亲加"
)
_SAYABLE = re.compile("[到是要取没写拿]")
_NAMEABLE_WORD = re.compile("(?:高兴|任何|何必|何时|成功|曾经|于是|万一|安排|关注|严重|舒服|乐意|金额|老板娘)$")
#: Places end so and no given name does; with a surname before, the others may be both (李国栋, 杨柳, 花满楼).
_PLACE_END = re.compile(
    r"(?:[号室幢层县市店厂院场站厅库寓座区省旁房内部局所]|街道|大[厦学]|[中小]学|小区|[一二三四五六七八九十]期|单元|公司|政府|委会|自然村|新村|[\d一二三四五六七八九十][组队社屯栋楼])$"
)
_MAYBE_PLACE = re.compile("[路街巷道村镇乡栋楼城苑园校门边湾组队屯庄里坊寨堡坝塘坪岭坑洼弄铺处]$")
_MAYBE_NATURE = re.compile("[桥沟湖河江山海坡]$")


def likeness(name: str, told: bool = False, beside: bool = False) -> float:
    """From 0 (no name) to 6 (nothing but a name) for simplified characters. `told`: they stand where a place no longer
    can, before the region or behind the house's number. `beside`: a phone is next to them."""
    name = name if name.isascii() else "".join(name.split())
    if not name.strip("*"):
        return 0
    if len(name) == 1:
        return 1.2 if beside and told and "\u3400" <= name <= "\u9fff" and name not in _PARTICLES else 0
    if not _LIKE_A_NAME.fullmatch(name) and not _TITLED.fullmatch(name):
        screen = _SCREEN_NAME.fullmatch(name) if told and (beside or name[0].isascii() or name[-1].isascii()) else None
        excluded = _PLEA.search(name) or NOTE.match(name) or _SPOT.match(name) or _PLACE.search(name)
        return 0 if excluded or not screen else 2.5 if not name[0] > "\u3400" < name[-1] else 1.5
    if "·" in name:
        return 6
    if NOTE.match(name) or _SPOT.match(name) or (WORDS.match(name) and not (beside and _NAMEABLE_WORD.match(name))):
        return 0
    if _TITLED.fullmatch(name) and not _NO_TITLE.fullmatch(name) and not _speaks(name[:-1]):
        return 6 if has_surname(name) or "*" in name else 4.5
    if name.isascii():
        return 2 if name.isupper() and len(name) < 5 else 3.5
    return _chinese(name, told)


def has_surname(name: str) -> bool:
    """Whether two to four Chinese characters begin with a surname, the rare ones included."""
    family = name[1:2] if name[0] in "小老阿大" and len(name) < 4 else name[0]
    return (bool(family) and family in SURNAMES + _RARE) or name.startswith(_PAIRS)


def _chinese(name: str, told: bool) -> float:
    family = has_surname(name)
    if "*" in name:
        return 5 if family or name[0] == "*" else 3
    both = name[-1] in ("场站" if len(name) == 3 else "号县市厅层省期区处场站" if len(name) == 2 else "")
    excused = told and family and both  # 符号, 何处, 马场
    if _PLACE_END.search(name) and not excused:
        return 1 if len(name) == 2 and name[1] == "县" else 0
    if _talks(name.replace("阿不", "阿"), family, told) and not _FOREIGN.fullmatch(name):
        return 0
    weight = _by_length(name, family) - 1.0 * bool(_SAYABLE.search(name))
    weight -= (0.5 if told else 2.5) * bool(_MAYBE_PLACE.search(name))
    weight -= 0 if told else 0.5 * bool(_MAYBE_NATURE.search(name))
    division = 1.5 * bool(CITY.fullmatch(name)) + 2.5 * bool(PROVINCE.fullmatch(name))
    return weight - (division / 3 if told else division)


def _talks(name: str, family: bool, told: bool) -> bool:
    """Whether words of speech are in it; a surname in front excuses those that names are made of, too."""
    if name.startswith(_PAIRS):
        return bool(_TALK.search(name[2:]))
    if family or (told and len(name) == 2):
        return bool(_TALK.search(name[1:]) or _TALK.match(name))
    return bool(SPEECH.search(name))


def _by_length(name: str, family: bool) -> float:
    if name.startswith(_PAIRS) and len(name) > 2:
        return 5
    if _FOREIGN.fullmatch(name):
        return 4
    if family and len(name) < 4:
        return 4 if len(name) == 3 else 3.5
    if name[0] in "小阿老" or (len(name) < 4 and name[-1] == name[-2]):
        return 3
    if len(name) == 4:
        return 2.5 if family or name[2] in "阿小老" else 1
    return 2


def _speaks(name: str) -> bool:
    return SPEECH.search(name.replace("阿不", "阿")) is not None
