"""What may be wrong with the declarations of an OpenAPI document (``x-…``), in both languages."""

from __future__ import annotations

from harness.core.text import Text

# operations
NO_DECLARATION = Text(zh="没有名为 {key!r} 的声明", en="{key!r} is not a declaration")
NO_FILTERS = Text(zh="x-filters 是由查询参数组成的对象", en="x-filters is a mapping of query parameters")
ONE_BEGINNING = Text(
    zh="用 'offset' 或 'page' 之一指明是哪一页", en="either 'offset' or 'page' says which page is meant"
)
WHOLE = Text(zh="值", en="value")
HAS_NO = Text(zh="{name} 没有 {key!r}", en="{name} has no {key!r}")
NEEDS = Text(zh="{name} 必须有 {key!r}", en="{name} needs {key!r}")
NO_SORT_VALUE = Text(zh="参数 {name!r} 不接受 {value!r}", en="the parameter {name!r} does not take {value!r}")
DEFAULT_UNSORTED = Text(zh="by 中没有 default 所写的 {value!r}", en="default {value!r} is not under by")
NO_PARAMETER = Text(zh="{operation} 没有参数 {name!r}", en="{name!r} is not a parameter of {operation}")
PARAMETER_NEEDED = Text(zh="{operation} 需要参数 {name!r}", en="{operation} needs the parameter {name!r}")
NO_HEADER = Text(
    zh="{operation} 没有请求头参数 {name!r}", en="{name!r} is not a header parameter of {operation}"
)
NO_QUERY = Text(zh="{operation} 没有查询参数 {name!r}", en="{name!r} is not a query parameter of {operation}")
NO_STATUS = Text(zh="{operation} 没有写明状态码 {status}", en="{operation} does not document {status}")
NO_EXPRESSION = Text(zh="{value!r} 不是运行时表达式", en="{value!r} is not a runtime expression")
WHICH_LIST = Text(
    zh="指的是 {operation} 的哪个列表？请加上写明 items 的 x-pagination",
    en="which list of {operation} is meant? Add x-pagination with its items",
)
NOT_THERE = Text(zh="{where}中没有 {pointer}", en="{where} has no {pointer}")
ANSWER = Text(zh="{operation} 的响应", en="an answer of {operation}")
ITEM = Text(zh="{operation} 列表的项", en="an item of {operation}")
BODY = Text(zh="{operation} 的请求体", en="the body of {operation}")
NO_LIST = Text(zh="{pointer} 不是列表", en="{pointer} is not a list")
NO_WHOLE_NUMBER = Text(zh="{pointer} 不是整数", en="{pointer} is not a whole number")

# other documents
NO_DOCUMENT = Text(zh="这里没有接口规范 {file!r}", en="no document {file!r} here")
NO_OPERATION = Text(zh="这里没有接口 {name!r}", en="no operation {name!r} here")
UNREADABLE = Text(zh="无法读取 {file}：{why}", en="{file} cannot be read: {why}")

# schemas
NOT_TRUE = Text(zh="{mark} 只能为 true，或不写", en="{mark} is true or not there")
OF_TEXT = Text(
    zh="{mark} 用于时间，时间是文本，而不是 {types}", en="{mark} is for a time, which is a text, not {types}"
)
NO_UNIT = Text(
    zh="{mark} 写明单位（{units}），而不是 {unit!r}", en="{mark} names the unit, {units}, not {unit!r}"
)
OF_WHOLE_NUMBER = Text(
    zh="{mark} 用于整数（type: integer），而不是 {types}",
    en="{mark} is for a whole number (type: integer), not {types}",
)
NO_TERMS = Text(
    zh="{mark} 是指针的列表，如 [/items/*/subtotal, -/discount]",
    en="{mark} is a list of pointers, such as [/items/*/subtotal, -/discount]",
)
NO_OWNER = Text(
    zh="{mark} 写在对象的字段上，该对象含有各加数",
    en="{mark} stands on a field of an object, which has the terms",
)
NO_POINTER = Text(zh="{term!r} 不是 JSON 指针", en="{term!r} is not a JSON pointer")
NO_TERM = Text(
    zh="{mark}：schema 中没有 {pointer} 的 {token!r}",
    en="{mark}: {token!r} of {pointer} is not in the schema",
)
