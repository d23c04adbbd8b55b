"""What the parsers of JSON and YAML find wrong, in both languages: they themselves say it in English."""

from __future__ import annotations

from harness.core.text import Text

CHINESE = {
    # json
    "Expecting value": "此处应有值",
    "Expecting property name enclosed in double quotes": "此处应有双引号括起的属性名",
    "Expecting ':' delimiter": "此处应有 ':'",
    "Expecting ',' delimiter": "此处应有 ','",
    "Illegal trailing comma before end of object": "对象末尾多了一个逗号",
    "Illegal trailing comma before end of array": "列表末尾多了一个逗号",
    "Extra data": "后面还有多余的内容",
    "Unterminated string starting at": "文本没有结尾的引号",
    "Invalid control character at": "文本中有控制字符",
    "Invalid \\escape": "无效的转义",
    "Invalid \\uXXXX escape": "无效的 \\uXXXX 转义",
    # libyaml
    "did not find expected node content": "此处应有值",
    "did not find expected key": "此处应有键（缩进是否对齐？）",
    "did not find expected '-' indicator": "此处应有 '-'（缩进是否对齐？）",
    "did not find expected ',' or ']'": "此处应有 ',' 或 ']'",
    "did not find expected ',' or '}'": "此处应有 ',' 或 '}'",
    "did not find expected <document start>": "此处应是文件的开头",
    "could not find expected ':'": "此处应有 ':'",
    "mapping values are not allowed in this context": "此处不能有 ':'（文本中有冒号时请加引号）",
    "mapping keys are not allowed in this context": "此处不能有键",
    "block sequence entries are not allowed in this context": "此处不能有 '-'",
    "found character that cannot start any token": "不能以这个字符开头（请加引号；缩进不能用制表符）",
    "found a tab character that violates indentation": "缩进不能用制表符",
    "found a tab character where an indentation space is expected": "缩进不能用制表符",
    "found unexpected end of stream": "文本没有结尾的引号",
    "found unknown escape character": "未知的转义字符",
    "control characters are not allowed": "不能有控制字符",
    # PyYAML
    "mapping values are not allowed here": "此处不能有 ':'（文本中有冒号时请加引号）",
    "mapping keys are not allowed here": "此处不能有键",
    "sequence entries are not allowed here": "此处不能有 '-'",
    "expected the node content": "此处应有值",
    "expected <block end>": "此处应结束（缩进是否对齐？）",
    "expected ',' or ']'": "此处应有 ',' 或 ']'",
    "expected ',' or '}'": "此处应有 ',' 或 '}'",
    "expected '<document start>'": "此处应是文件的开头",
    "found character '": "不能以这个字符开头（请加引号；缩进不能用制表符）",
    "found undefined alias": "没有这个别名",
    "expected a single document, but found another": "只能有一份文档，这里又开始了一份",
}
"""By how what they say begins: some of them quote the place behind it."""


def parser_words(problem: str) -> Text:
    """What a parser says; in English only where it is seldom said."""
    known = next((said for begins, said in CHINESE.items() if problem.startswith(begins)), problem)
    return Text(zh=known, en=problem)
