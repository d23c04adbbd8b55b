"""Every check by its id: what it asks for, how grave its finding is, what its waiver is judged by.

One row a check; whoever reports, waives or sorts findings asks here. A check of schemathesis keeps
schemathesis' name, so that its documentation can be found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from harness.contracts.violations import CHECKS as CHECK_OF_CODE
from harness.core.text import Text, text_of

NOTHING = Text(zh="", en="")
Severity = Literal["critical", "normal"]


@dataclass(frozen=True, slots=True)
class Check:
    """The facts of a check.

    ``expected`` is what it asks for; empty where each finding says it better. ``title``: its findings, where
    who finds them (schemathesis) says it in English only. ``severity``
    *critical*: its finding lets anybody in, loses what was written, or brings a service down. ``refusal``:
    its request must be refused, so an answer that takes it shows the finding again. ``of_the_api``: one place
    of a service decides it for all operations, and a project may decide it otherwise.
    """

    id: str
    expected: Text = NOTHING
    title: str = ""
    severity: Severity = "normal"
    refusal: bool = False
    of_the_api: bool = False

    @property
    def codes(self) -> frozenset[str]:
        """The violations of an exchange (:mod:`harness.contracts.violations`) it is about."""
        return frozenset(code for code, check in CHECK_OF_CODE.items() if check == self.id)


def _by_id(checks: Iterable[Check]) -> dict[str, Check]:
    return {check.id: check for check in checks}


CHECKS = _by_id(
    (
        # schemathesis' own
        Check("not_a_server_error", Text("不返回 5xx", "no 5xx answer"), "服务器错误", severity="critical"),
        Check(
            "status_code_conformance", Text("规范写明的状态码", "a documented status"), "规范没有写明的状态码"
        ),
        Check(
            "content_type_conformance",
            Text("规范写明的 Content-Type", "a documented content type"),
            "规范没有写明的 Content-Type",
        ),
        Check(
            "response_headers_conformance",
            Text("规范声明的响应头", "the declared headers"),
            "响应头不符合规范",
        ),
        Check(
            "response_schema_conformance", Text("规范声明的响应体", "the declared body"), "响应体不符合规范"
        ),
        Check(
            "negative_data_rejection",
            Text("拒绝不符合规范的请求（4xx）", "a request against the contract is refused (4xx)"),
            "接受了不符合规范的请求",
            refusal=True,
        ),
        Check(
            "positive_data_acceptance",
            Text("接受符合规范的请求", "a request that keeps to the contract is taken"),
            "拒绝了符合规范的请求",
        ),
        Check(
            "missing_required_header",
            Text("拒绝缺少必填请求头的请求", "a request without a required header is refused"),
            "接受了缺少必填请求头的请求",
            refusal=True,
        ),
        Check(
            "unsupported_method",
            Text("对路径没有的方法返回 405", "405 for a method the path does not have"),
            "对规范没有声明的方法响应不对",
            of_the_api=True,
        ),
        Check(
            "allow_header_conformance",
            Text("Allow 列出路径的方法", "Allow names the methods of the path"),
            "响应头 Allow 不对",
            of_the_api=True,
        ),
        Check(
            "ignored_auth",
            Text("没有有效凭证时返回 401 或 403", "401 or 403 without valid credentials"),
            "没有凭证也能访问",
            severity="critical",
            refusal=True,
        ),
        Check("max_response_time", Text("按时响应", "an answer in time"), "响应超时"),
        # ours
        Check(
            "envelope_conformance", Text("装在后端信封里的响应", "an answer in the envelope of the backend")
        ),
        Check(
            "object_level_authorization",
            Text("不能访问别人的数据", "no access to what belongs to another"),
            severity="critical",
            refusal=True,
        ),
        Check("documented_refusal", severity="critical", refusal=True),
        Check("documented_situation"),
        Check("idempotency", severity="critical"),
        Check("reads_back", severity="critical"),
        Check("exactness", severity="critical"),
        Check("filters"),
        Check("pagination"),
        Check("sorting"),
        Check(
            "ensure_resource_availability",
            Text("刚创建的数据", "the thing that was just made"),
            "刚创建的数据不存在",
        ),
        Check("use_after_free", Text("404 或 410", "404 or 410"), "已删除的数据仍然存在"),
        Check("parity"),
        # promises of the linkage contract
        Check("appears"),
        Check("monotonic-reads"),
        Check("last-write-wins"),
        Check("nothing-lost", severity="critical"),
        Check("exactly-once", severity="critical"),
        Check("conserved", severity="critical"),
        Check("never-below", severity="critical"),
        Check("private", severity="critical"),
        Check("deletion-propagates"),
        Check("converges"),
        Check("one-account", severity="critical"),
        Check("waiver"),
    )
)


def switch_off(check: str) -> Text | None:
    """How a project that decides otherwise leaves a check of the whole API out; None for any other check."""
    if not check_of(check).of_the_api:
        return None
    line = f'without_checks = ["{check}"]'
    return Text(
        zh=f"这是整个接口的统一约定；如不需要，在 harness.toml 的 [conformance] 中写：{line}",
        en=f"one rule for the whole API; to leave it out, write under [conformance] in harness.toml: {line}",
    )


def check_of(id: str) -> Check:
    """The row of ``id``; one without facts for a check of a later schemathesis."""
    return CHECKS.get(id) or Check(id, text_of(id))
