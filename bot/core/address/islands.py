"""In which part of Hong Kong or Macau a quarter lies: addresses there often name the quarter and nothing else."""

from __future__ import annotations

import re

_PARTS = {
    "香港特别行政区": {
        "香港岛": "北角|中环|上环|西环|金钟|湾仔|铜锣湾|天后|炮台山|鲗鱼涌|太古|西湾河|筲箕湾|柴湾|小西湾|鸭脷洲"
        "|薄扶林|坚尼地城|跑马地|西营盘|赤柱|大坑|黄竹坑",
        "九龙": "旺角|尖沙咀|油麻地|佐敦|大角咀|红磡|何文田|土瓜湾|九龙塘|九龙湾|九龙城|深水埗|长沙湾"
        "|荔枝角|美孚|石硖尾|黄大仙|钻石山|慈云山|新蒲岗|启德|观塘|牛头角|蓝田|油塘|秀茂坪|太子",
        "新界": "沙田|大围|马鞍山|火炭|大埔|粉岭|上水|元朗|天水围|屯门|荃湾|葵涌|葵芳|葵兴|青衣|西贡|将军澳"
        "|调景岭|坑口|东涌|大屿山",
    },
    "澳门特别行政区": {
        "澳门半岛": "新口岸|南湾|高士德|黑沙环|新马路|水坑尾|三盏灯|筷子基|祐汉|关闸|青洲|台山|下环|妈阁",
    },
}  # fmt: skip
_QUARTERS = {
    province: {part: re.compile(rf"[\s,、/|\0]{{0,9}}(?:{names})") for part, names in parts.items()}
    for province, parts in _PARTS.items()
}


def part(province: str, text: str, begin: int) -> str:
    """The part (香港岛) of a province in which the quarter lies that stands at a place of a simplified text; "" for
    none and for other provinces. The quarters are the larger ones, written down by hand."""
    for name, quarters in _QUARTERS.get(province, {}).items():
        if quarters.match(text, begin):
            return name
    return ""
