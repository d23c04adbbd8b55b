"""The words the reports put around the numbers, in both languages.

Titles of scenarios, steps and findings are not here: they come from the events.
"""

from __future__ import annotations

from harness.core.platforms import API, Platforms
from harness.core.text import Language, Text


def words(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


GROUPS = {
    "contract": words("契约测试", "Contract tests"),
    "promise": words("联动契约", "Linkage contract"),
    "platform": words("单端", "Single platform"),
    "linkage": words("联动", "Linkage"),
    "experience": words("体验", "Experience"),
    "other": words("其他", "Other"),
}
API_NAME = words("接口", "API")
PROMISES = {
    "appears": words("及时可见", "appears"),
    "monotonic-reads": words("单调读", "monotonic reads"),
    "last-write-wins": words("后写为准", "last write wins"),
    "nothing-lost": words("不丢", "nothing lost"),
    "exactly-once": words("幂等", "exactly once"),
    "conserved": words("账平", "conserved"),
    "never-below": words("不超卖", "never below"),
    "private": words("无越权", "private"),
    "deletion-propagates": words("移除同步", "deletion propagates"),
    "converges": words("断连后一致", "converges"),
    "one-account": words("账号打通", "one account"),
}
VERDICTS = {
    "passed": words("通过", "passed"),
    "failed": words("未通过", "failed"),
    "broken": words("故障", "broken"),
    "flaky": words("不稳定", "flaky"),
    "not run": words("未执行", "not run"),
}
CATEGORIES = {
    "failed": words("产品缺陷", "Product fault"),
    "broken": words("环境或工具故障", "Harness or environment fault"),
    "flaky": words("不稳定", "Flaky"),
    "not run": words("未执行", "Not run"),
}
LAG_STATES = {
    "in time": words("按时", "in time"),
    "late": words("超时", "late"),
    "on the edge": words("临界", "on the edge"),
    "never": words("未到达", "never arrived"),
}


def backend_name(platforms: Platforms, backend: str, language: Language) -> str:
    """The backend called like an end; another service keeps its name, or is the system itself."""
    name, about = platforms.label(backend, language), platforms.find(backend)
    if about is None or not about.has_screen:
        return name
    return f"{name}后端" if language == "zh" else f"{name} backend"


def platform_name(platforms: Platforms, platform: str | None, language: Language) -> str:
    """A platform's name; a service keeps the name the project gave it."""
    return API_NAME.say(language) if platform == API else platforms.label(platform, language)


def seconds(value: float) -> str:
    """Seconds as people read them: two digits below ten, one below a hundred."""
    if value < 10:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def duration(value: float, language: Language) -> str:
    """``48 s`` or ``3 min 20 s``."""
    whole = round(value)
    minute, second = ("分", "秒") if language == "zh" else ("min", "s")
    if whole < 60:
        return f"{value:.1f} {second}" if value < 10 else f"{whole} {second}"
    return f"{whole // 60} {minute} {whole % 60} {second}"


def interval(lower: float | None, upper: float | None, allowed: float, reads: int, language: Language) -> str:
    """A lag in words; always with the allowed time and the number of reads behind it."""
    low, high, limit = seconds(lower or 0.0), seconds(upper or 0.0), f"{allowed:g}"
    if language == "zh":
        note = f"（允许 {limit} 秒，读取 {reads} 次）"
        if upper is None:
            return f"未到达{note}"
        return (f"{low}–{high} 秒之间" if lower else f"{high} 秒以内") + note
    note = f" (allowed {limit} s, {reads} read{'' if reads == 1 else 's'})"
    if upper is None:
        return "never arrived" + note
    return (f"between {low} and {high} s" if lower else f"within {high} s") + note
