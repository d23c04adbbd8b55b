"""What findings of parity between unlike operations say, in both languages."""

from __future__ import annotations

from harness.core.text import Text

ABOUT = Text(zh="{entity}：{first} 与 {second} 回答一致", en="{entity}: {first} and {second} answer alike")
DIFFER = Text(
    zh="{entity}：{first} 与 {second} 的{what}不同（{asked}）",
    en="{entity}: {first} and {second} differ in {what} of {asked}",
)
FIELD = Text(zh=" {name} ", en="{name}")
STATUS = Text(zh="结果", en="outcome")
ASKED = {
    "read": Text(zh="一条记录", en="a record"),
    "list": Text(zh="列表", en="the list"),
    "find": Text(zh="按编号查询的列表", en="the list for a key"),
    "absent read": Text(zh="不存在的记录", en="a record that is not there"),
    "absent find": Text(zh="按不存在的编号查询的列表", en="the list for a key that nothing has"),
}
SAME = Text(zh="两端相同", en="the same on both")
SEEN = Text(zh="{first}：{left}；{second}：{right}", en="{first}: {left}; {second}: {right}")
SHOWN = Text(zh="有响应内容（{status}）", en="an answer that shows one ({status})")
LISTED = Text(zh="一个列表（{status}）", en="a list ({status})")
ABSENT = Text(zh="没有这条记录（{status}）", en="no such record ({status})")
NOT_THERE = Text(
    zh="{entity}没有到 {participant}，无从比较；及时可见会说明",
    en="{entity} never came to {participant}, so nothing can be compared; 'appears' is about that",
)
NOT_KEPT = Text(
    zh="{entity}写入之后自己也读不到，无从比较",
    en="{entity} is not what was written where it was written, so nothing can be compared",
)
NO_KEYS = Text(
    zh="{participant} 的列表里没有 {entity} 的编号（linkage.yaml 的 same 或 id），看不出顺序",
    en="the list of {participant} shows no key of {entity} ('same' or 'id' of linkage.yaml): its order is unknown",
)
