"""What is wrong, in a few words of both languages: of each kind of violation."""

from __future__ import annotations

from harness.contracts.violations import CHECKS
from harness.core.text import Text
from harness.reporting.event_records import Finding
from harness.reporting.language import words

CODES = {
    "5xx": words("服务器出错（5xx）", "the server fails (5xx)"),
    "undocumented-status": words("返回了接口规范中没有的状态码", "answers a status that is not documented"),
    "undocumented-content-type": words(
        "响应的内容类型不在接口规范中", "answers a content type that is not documented"
    ),
    "response-body": words("响应体不符合接口规范", "the body of the answer is not as documented"),
    "response-header": words("响应头不符合接口规范", "a header of the answer is not as documented"),
    "request-body": words("接受了不符合接口规范的请求体", "takes a body that is not as documented"),
    "request-parameter": words("接受了不符合接口规范的参数", "takes a parameter that is not as documented"),
    "envelope": words("响应不在约定的信封中", "the answer is not in the envelope"),
}
BY_CHECK = {check: CODES[code] for code, check in CHECKS.items()}
BY_CHECK["not_a_server_error"] = CODES["5xx"]


def title_of(finding: Finding) -> Text:
    """What a finding is, in a few words: its own title may tell a whole exchange."""
    return BY_CHECK.get(finding.check, finding.title)
