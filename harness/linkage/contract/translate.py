"""Values as participants write them, brought to one form so that they can be compared.

Money becomes whole fen, times an instant, words those of the contract. What cannot be read that way stays as
it is and is equal to nothing else: a price of ``"free"`` is a difference, not an error of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.contracts import pointers
from harness.core.masking import digest, mask_text
from harness.core.text import Text, text_of
from harness.linkage.contract.model import Entity, FieldRule

Canonical = Any
NEARLY = 0.01  # of a unit: what floats lose
NOTHING = Text(zh="无", en="nothing")
LONGEST = 24  # digits before the point, or zeros after it, that are calculated with exactly
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Value:
    """One field on one participant: as it stands there, and in the form that is compared."""

    raw: Any
    canonical: Canonical

    @property
    def words(self) -> Text:
        if self.raw is None:
            return NOTHING
        if isinstance(self.raw, str) and (masked := mask_text(self.raw)) != self.raw:
            return text_of(
                f"{masked!r} ({digest(self.raw)})"
            )  # two phones may differ in what is masked of them
        return text_of(f"{self.raw!r}")

    @property
    def readable(self) -> bool:
        """Whether it is what the contract says it is."""
        return not isinstance(self.canonical, _Unreadable)

    def __str__(self) -> str:
        return self.words.en


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A value that is not what the contract says it is; only equal to the same text in the same unit."""

    unit: str
    raw: str


def pointer_of(name: str, rule: FieldRule, participant: str) -> str | None:
    """Where a field stands on a participant; None where that participant does not have it."""
    if rule.at is None:
        return pointers.join("", name)
    return rule.at if isinstance(rule.at, str) else rule.at.get(participant)


def record(entity: Entity, participant: str, data: Any) -> dict[str, Value]:
    """The declared fields of ``data``, a participant's answer. A field that is absent is as one that is null."""
    found: dict[str, Value] = {}
    for name, rule in entity.fields.items():
        pointer = pointer_of(name, rule, participant)
        if pointer is not None:
            found[name] = value(rule, participant, at(data, pointer))
    return found


def plain(fields: Mapping[str, Value]) -> dict[str, Any]:
    """The values that are calculated with."""
    return {name: value.canonical for name, value in fields.items()}


def at(data: Any, pointer: str) -> Any:
    """The value at ``pointer``; None where there is none."""
    try:
        return pointers.walk(data, pointers.split(pointer))
    except KeyError:
        return None


def value(rule: FieldRule, participant: str, raw: Any) -> Value:
    return Value(raw, None if raw is None else _canonical(rule, participant, raw))


def _canonical(rule: FieldRule, participant: str, raw: Any) -> Canonical:
    if rule.values:
        words = rule.values.get(participant)
        return raw if words is None else _word(words, raw)
    if rule.money:
        return _fen(rule.money.get(participant, "fen"), raw)
    if rule.number:
        return _number(raw)
    if rule.time or rule.tolerance is not None:
        return _instant(rule.time.get(participant, "rfc3339"), raw)
    return raw


def meant(rule: FieldRule, said: Any) -> Canonical:
    """A value of the contract itself (``needs``, ``sets``, ``removed``) in the form that is compared: it is in the
    contract's own units, whole fen, RFC 3339 and the names of ``values``, whatever a participant writes.
    """
    if said is None or rule.values or rule.money:
        return said
    if rule.number:
        return _number(said)
    return _instant("rfc3339", said) if rule.time or rule.tolerance is not None else said


def body(
    entity: Entity,
    participant: str,
    values: Mapping[str, Canonical],
    takes: Callable[[str, Any], bool] = lambda pointer, value: True,
) -> dict[str, Any]:
    """A body with these fields where and as a participant writes them; ``takes``: whether its schema lets a value stand
    at a pointer.
    """
    found: dict[str, Any] = {}
    for name, canonical in values.items():
        rule = entity.fields[name]
        pointer = pointer_of(name, rule, participant) or pointers.join("", name)
        *above, last = pointers.split(pointer)
        place = found
        for token in above:
            place = place.setdefault(token, {})
        written = list(forms(rule, participant, canonical))
        place[last] = next((value for value in written if takes(pointer, value)), written[0])
    return found


def forms(rule: FieldRule, participant: str, canonical: Canonical) -> Iterator[Any]:
    """A value as a participant may write it, at least one form: numbers first, then texts."""
    if canonical is None:
        yield None
    elif (words := rule.values.get(participant)) is not None:
        yield from [raw for raw, word in words.items() if _same(word, canonical)] or [canonical]
    elif rule.money and isinstance(canonical, int | Decimal):
        yield from _amounts(rule.money.get(participant, "fen"), Decimal(canonical))
    elif rule.number and isinstance(canonical, int | Decimal):
        yield from _plain_and_text(Decimal(canonical))
    elif (rule.time or rule.tolerance is not None) and isinstance(canonical, float):
        yield from _times(rule.time.get(participant, "rfc3339"), canonical)
    else:
        yield canonical


def _amounts(unit: str, fen: Decimal) -> Iterator[Any]:
    if unit == "yuan":
        number, short = _plain_and_text(fen / 100)
        yield from (number, f"{fen / 100:.2f}", short)
    else:
        yield from _plain_and_text(fen)


def _plain_and_text(number: Decimal) -> Iterator[Any]:
    whole = number == number.to_integral_value()
    yield int(number) if whole else float(number)
    yield f"{number.quantize(Decimal(1)) if whole else number.normalize():f}"


def _times(unit: str, instant: float) -> Iterator[Any]:
    moment = datetime.fromtimestamp(instant, CHINA)
    match unit:
        case "epoch-s":
            yield from _plain_and_text(Decimal(str(instant)))
        case "epoch-ms":
            yield from (round(instant * 1000), str(round(instant * 1000)))
        case "local":
            yield moment.replace(tzinfo=None).isoformat()
            yield moment.replace(tzinfo=None).isoformat(" ")
        case "rfc3339":
            yield moment.isoformat()
            yield moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case _:
            yield moment.strftime(unit)


def _word(words: Mapping[Any, str | int | bool], raw: Any) -> Canonical:
    """The contract's word; JSON's ``"20"`` is not YAML's 20."""
    for written, word in words.items():
        if written == raw and isinstance(written, bool) == isinstance(raw, bool):
            return word
    return _Unreadable("word", repr(raw))


def _fen(unit: str, raw: Any) -> Canonical:
    if isinstance(raw, bool):
        return _Unreadable(unit, repr(raw))
    amount = _decimal(raw)
    return _Unreadable(unit, repr(raw)) if amount is None else _whole(amount * (100 if unit == "yuan" else 1))


def _number(raw: Any) -> Canonical:
    """An integer where it is whole, else exact."""
    if isinstance(raw, bool):
        return _Unreadable("number", repr(raw))
    number = _decimal(raw)
    return _Unreadable("number", repr(raw)) if number is None else _whole(number)


def _decimal(raw: Any) -> Decimal | None:
    """None for what is no number, and for one that is none to calculate with: NaN, Infinity, 1e999999."""
    try:
        number = Decimal(str(raw))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= LONGEST else None


def _whole(number: Decimal) -> int | Decimal:
    return int(number) if number == number.to_integral_value() else number


def _instant(unit: str, raw: Any) -> Canonical:
    """Seconds since 1970, UTC. ``local``, or a pattern without ``%z``, is taken as China's (UTC+8)."""
    try:
        match unit:
            case "epoch-s" | "epoch-ms":
                instant = float(raw) / (1000 if unit == "epoch-ms" else 1)
                datetime.fromtimestamp(instant, CHINA)  # else it is no moment that anybody can write
                return instant
            case "local":
                return datetime.fromisoformat(f"{raw}+08:00").timestamp()
        if "%" in unit:
            moment = datetime.strptime(str(raw), unit)
            return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).timestamp()
        moment = datetime.fromisoformat(str(raw))
        return moment.timestamp() if moment.tzinfo else _Unreadable(unit, repr(raw))
    except (ValueError, TypeError, OverflowError, OSError):
        return _Unreadable(unit, repr(raw))


def equal(rule: FieldRule, left: Value, right: Value) -> bool:
    """Whether two participants say the same; JSON's ``1`` and ``true`` are not."""
    one, other = left.canonical, right.canonical
    if rule.tolerance is not None and isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= rule.tolerance
    return _same(one, other)


def only_coarser(rule: FieldRule, left: Value, right: Value) -> bool:
    """Whether two values are one time, of which one participant keeps less: whole seconds, or milliseconds."""
    one, other = _moment(rule, left), _moment(rule, right)
    if one is None or other is None or one == other:
        return False
    return any(
        abs(one - other) < unit
        and any(abs(each / unit - round(each / unit)) < NEARLY for each in (one, other))
        for unit in (1.0, 0.001)
    )


def _moment(rule: FieldRule, value: Value) -> float | None:
    """A time, also where the contract does not say that the field is one."""
    moment = value.canonical
    if not rule.time and rule.tolerance is None:
        moment = _instant("rfc3339", value.raw) if isinstance(value.raw, str) else None
    return moment if isinstance(moment, float) else None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def holds(rule: FieldRule, sent: Value, shown: Value) -> bool:
    """Whether what is shown has all that was sent: a record may be shown with more than was written."""
    if isinstance(sent.canonical, dict | list):
        return _within(sent.canonical, shown.canonical)
    return equal(rule, sent, shown)


def _within(part: Any, whole: Any) -> bool:
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and _within(item, whole[key]) for key, item in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(_within(*pair) for pair in zip(part, whole, strict=True))
    return _same(part, whole)


def differences(
    entity: Entity, left: Mapping[str, Value], right: Mapping[str, Value]
) -> dict[str, tuple[Value, Value]]:
    """The fields that both participants have and that differ."""
    return {
        name: (left[name], right[name])
        for name, rule in entity.fields.items()
        if name in left and name in right and not equal(rule, left[name], right[name])
    }
