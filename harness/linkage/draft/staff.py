"""Who reads the records of several persons because they are staff, not because nothing protects the records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.linkage.draft.entry import Entry


def staff(
    entry: Entry,
    users: Sequence[str],
    may_more: Callable[[str, str], bool],
    private: Callable[[Entry], bool | None],
) -> tuple[str, ...]:
    """The users whom ``private`` of this entity has to except: each may do what two persons are refused, and is shown
    the records of both, who are not shown each other's. Empty where anybody else is shown them, and where there are
    no two such persons: then nothing tells staff from a leak.

    ``may_more(user, person)``: whether the person is refused something that the user does; ``private``: whether the
    promise holds of an entry, None where that is not shown.
    """
    assert entry.of is not None
    able = [user for user in users if user != entry.of and may_more(user, entry.of)]
    for other in users if able else ():
        if other in (entry.of, *able) or not all(may_more(user, other) for user in able):
            continue
        both = [replace(entry, of=person) for person in (entry.of, other)]

        def says(excepted: Sequence[str], answer: bool, both: Sequence[Entry] = both) -> bool:
            return all(private(replace(one, excepted=tuple(excepted))) is answer for one in both)

        found = [user for user in able if says([one for one in able if one != user], False)]
        if found and says(found, True):
            return tuple(found)
    return ()
