"""Why a file is not read as an OpenAPI document, in both languages."""

from __future__ import annotations

from harness.core.text import Text

NOT_CONVERTED = Text(zh="无法转换为 OpenAPI 3：{why}", en="cannot be converted to OpenAPI 3: {why}")
NO_YAML = Text(zh="不是 YAML：{why}", en="not YAML: {why}")
NO_JSON = Text(zh="不是 JSON：{why}", en="not JSON: {why}")
NO_NUMBER = Text(zh="{constant} 不是数字", en="{constant} is no number")
MANY_VALUES = Text(zh="超过 {most} 个值，不会读取", en="more than {most} values are not read")
ALIASES = Text(zh="其中的别名展开后超过 {most} 个值", en="its aliases stand for more than {most} values")
DIGITS = Text(zh="不会读取 {digits} 位的数字", en="a number of {digits} digits is not read")
KEY_NO_TEXT = Text(zh="键必须是文本", en="a key must be text")
ALIAS_OF_ITSELF = Text(zh="别名包含它自己", en="an alias contains itself")
NO_MERGE = Text(zh="'<<' 只能合并对象", en="only a mapping can be merged with '<<'")
TOO_DEEP = Text(zh="嵌套超过 {most} 层", en="nested more than {most} levels deep")
NO_FILE = Text(zh="不是文件，而是设备或管道", en="is no file but a device or a pipe")
TOO_LARGE = Text(
    zh="有 {size} MB；最多读取 {most} MB 的接口规范",
    en="has {size} MB; no contract document of more than {most} MB is read",
)
NOT_THERE = Text(zh="没有这份接口规范", en="no such contract document")
FOLDER = Text(zh="是文件夹，不是接口规范", en="is a folder, not a contract document")
NO_UTF8 = Text(zh="不是 UTF-8 文本：{why}", en="not UTF-8 text: {why}")
NOT_READ = Text(zh="无法读取：{why}", en="cannot be read: {why}")
NOTHING_LEFT = Text(
    zh="{first}（另有 {count} 处错误；整份接口规范都不测试）",
    en="{first} (with {count} more flaws; nothing of it can be tested)",
)
