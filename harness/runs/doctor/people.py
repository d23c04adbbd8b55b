"""Who acts in what: of the operations that ask for somebody, how many each user of harness.toml is chosen for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from harness.api.choosing import actor, why_nobody
from harness.config.settings import HarnessSettings
from harness.contracts import Contract
from harness.core.errors import HarnessError
from harness.core.text import Text
from harness.runs.backends import backends_of
from harness.runs.doctor.diagnosis import Diagnosis

ACTS = Text(zh="{user} 用于 {number} 个接口", en="{user} acts in {number} operations")
NOBODY = Text(
    zh="{number} 个接口没有能访问的用户，不会以登录身份测试",
    en="{number} operations have nobody who may use them",
)


def who_acts(settings: HarnessSettings, contracts: Mapping[str, Contract]) -> Iterator[Diagnosis]:
    """A line for each service with operations that ask for somebody, and one where nobody may; nothing is sent."""
    try:
        backends = backends_of(settings, str)
    except HarnessError:
        return  # a hook that is none is told where the users are looked at
    for name, backend in backends.items():
        operations = [
            operation
            for file in settings.services[name].contracts
            if file in contracts
            for operation in contracts[file].operations
            if operation.serves(name)
        ]
        what = Text(zh=f"{name} 的测试以谁的身份进行", en=f"who acts on {name}")
        acting = Counter(user.name for each in operations if (user := actor(each, backend)) is not None)
        if acting:
            told = [ACTS.format(user=user, number=number) for user, number in acting.items()]
            yield Diagnosis(
                what, "ok", Text(zh="，".join(t.zh for t in told), en=", ".join(t.en for t in told))
            )
        reasons = [why for each in operations if (why := why_nobody(each, backend)) is not None]
        if reasons:
            yield Diagnosis(what, "warning", NOBODY.format(number=len(reasons)), reasons[0])
