"""The shapes of events: what does not fit is not written, and masking leaves a shape what it is."""

from __future__ import annotations

import json
import types
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from harness.core.events import EventLog, published_schema, read_events
from harness.core.payloads import (
    PAYLOADS,
    CheckResult,
    ExchangeSummary,
    Kind,
    Payload,
    ProcessExit,
    RunStart,
    Step,
    Verdict,
    masked,
)
from harness.core.payloads.base import LARGEST
from harness.core.text import Text

PHONE = "13812345678"
NAMED = "authorization cookie token password openid ticket email realName address code phone".split()
NAMES = st.sampled_from([*NAMED, "website", "examples", "200"])
TEXTS = st.one_of(
    st.text(max_size=12),
    NAMES,
    st.sampled_from(
        [
            PHONE,
            "+86 138 1234 5678",
            "token=abcdef123456&x=1",
            "Authorization: Bearer abcdef123456",
            '{"session_key": "s3cr3t-key", "code": 246810}',
            "oabcdef0123456789abcdef0123",
            "11010519491231002X",
        ]
    ),
)
# Numbers as long as a phone's, and as large as a shape lets them be.
NUMBERS = st.one_of(
    st.integers(min_value=-1, max_value=LARGEST - 1), st.sampled_from([int(PHONE), 1, 0, 200])
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=6,
)


def values(of: Any) -> st.SearchStrategy[Any]:
    """JSON that has the type of a field, or nearly: what does not fit is left out later."""
    origin, arguments = get_origin(of), get_args(of)
    if origin is Annotated:
        return values(arguments[0])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, arguments))
    if origin is list:
        return st.lists(values(arguments[0]), max_size=3)
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(values(arguments[0]), max_size=3)
    if origin is tuple:
        return st.tuples(*map(values, arguments)).map(list)
    if origin is dict:
        return st.dictionaries(NAMES, values(arguments[1]), max_size=3)
    if of is Text:
        return st.fixed_dictionaries({"zh": TEXTS, "en": TEXTS})
    if isinstance(of, type) and issubclass(of, BaseModel):
        return data_of(of)
    simple = {str: TEXTS, int: NUMBERS, float: st.floats(0, 1e12), bool: st.booleans(), type(None): st.none()}
    return simple.get(of, JSON)


def data_of(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(model, include_extras=True)
    fields = {field.alias or name: (field, hints[name]) for name, field in model.model_fields.items()}
    needed = {key: values(hint) for key, (field, hint) in fields.items() if field.is_required()}
    others = {key: values(hint) for key, (field, hint) in fields.items() if not field.is_required()}
    return st.fixed_dictionaries(needed, optional=others)


def fits(model: type[Payload], data: dict[str, Any]) -> Payload | None:
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def numbers_and_words(payload: BaseModel) -> list[Any]:
    """What masking must leave alone: numbers, booleans, choices; text is hidden in its place."""
    found: list[Any] = []
    for name in type(payload).model_fields:
        _collect(getattr(payload, name), found)
    return found


def _collect(value: Any, found: list[Any]) -> None:
    if isinstance(value, BaseModel):
        found += numbers_and_words(value)
    elif isinstance(value, list | tuple):
        for item in value:
            _collect(item, found)
    elif isinstance(value, bool | float) or (isinstance(value, int) and value < LARGEST):
        found.append(value)
    elif is_dataclass(value):
        found.append(Text)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_payload_that_knows_its_kind(kind: Kind) -> None:
    assert PAYLOADS[kind].kind == kind


# Threads that earlier tests of this process left, such as minium's, use Python's own generator meanwhile.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(data=st.data())
def test_a_masked_payload_still_fits(kind: Kind, data: st.DataObject) -> None:
    model = PAYLOADS[kind]
    payload = data.draw(data_of(model).map(lambda value: fits(model, value)).filter(bool))
    assert payload is not None
    hidden = masked(payload)
    again = model.model_validate_json(json.dumps(hidden))
    assert numbers_and_words(again) == numbers_and_words(payload)
    for name in ("trace", "trace_id"):
        hidden.pop(name, None)  # what traffic is joined on stays whole
    assert PHONE not in json.dumps(hidden)


def test_what_does_not_fit_cannot_be_written() -> None:
    with pytest.raises(ValidationError, match="verdict"):
        Verdict.model_validate({"test": "t", "verdict": "green"})
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        ProcessExit.model_validate({"name": "website", "exitcode": 1})
    with pytest.raises(ValidationError, match="seconds"):
        Step.model_validate({"text": "x", "outcome": "passed"})
    with pytest.raises(ValidationError, match="less than 10000000000"):
        ProcessExit(name="website", pid=13812345678)


def test_only_the_payload_of_a_kind_is_written(tmp_path: Path) -> None:
    record = {"id": "1", "source": "a", "target": "b", "request": {"method": "GET", "url": "/"}}
    judged = {"operation": None, "operation_id": None, "violations": [], "checked": False}
    summary = ExchangeSummary.model_validate(
        {**record, **judged, "response": None, "error": "lost", "started": 0, "ended": 1}
    )
    with EventLog(tmp_path, "r", "t") as log, pytest.raises(TypeError, match="no payload of an event"):
        log.write(summary)  # type: ignore[arg-type]


def test_a_service_named_like_a_secret_keeps_its_operations_and_counts() -> None:
    start = RunStart.model_validate({"name": "x", "operations": {"ticket": [{"pointer": "a.yaml#/paths"}]}})
    assert masked(start)["operations"] == {"ticket": [{"pointer": "a.yaml#/paths"}]}
    result = CheckResult.model_validate({"backend": "x", "cases": {"token": 3}, "seconds": 1})
    assert masked(result)["cases"] == {"token": 3}


def test_what_was_not_said_is_not_written() -> None:
    assert masked(ProcessExit(name="website", exit_code=None)) == {"name": "website", "exit_code": None}


def test_a_written_line_is_what_the_published_schema_says(tmp_path: Path) -> None:
    schema = jsonschema_rs.Draft202012Validator(json.loads(published_schema()))
    with EventLog(tmp_path, "r", "t") as log:
        log.write(Step(text=Text(zh="开", en="open"), seconds=1, outcome="passed"), scenario="a", step=1)
    (line,) = next((tmp_path / "events").iterdir()).read_text(encoding="utf-8").splitlines()
    event = json.loads(line)
    assert schema.is_valid(event)
    assert not schema.is_valid({**event, "kind": "lag"})
    assert not schema.is_valid({**event, "data": {**event["data"], "outcome": "green"}})
    assert not schema.is_valid({**event, "data": {**event["data"], "more": 1}})


def test_keys_of_a_later_writer_are_passed_over(tmp_path: Path) -> None:
    with EventLog(tmp_path, "r", "t") as log:
        log.write(Step(text=Text(zh="开", en="open"), seconds=1, outcome="passed"))
    shard = next((tmp_path / "events").iterdir())
    shard.write_text(shard.read_text(encoding="utf-8").replace('"seconds"', '"more":{},"seconds"'), "utf-8")
    (event,) = read_events(tmp_path, Step)
    assert event.data.seconds == 1
