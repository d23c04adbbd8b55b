from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from typer.testing import CliRunner

from harness.cli import drift as command
from harness.cli.commands import app
from harness.contracts import check
from harness.core.errors import UsageError
from harness.core.exchange import Exchange
from harness.drift.comparison import compare
from harness.drift.outputs import run
from harness.drift.reading import Recorded, read
from harness.drift.summary import exit_code, lines
from tests.drift.cases import CONTRACT, HERE, SERVER, archive, cases, entry, write

SECRETS = ("13812345678", "246810", "sk-very-secret", "Bearer abcdefgh", "a1b2c3d4e5")
FORM_DATA = "multipart/form-data; boundary=b"
SARIF = jsonschema_rs.validator_for(
    json.loads((HERE / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
)


@pytest.fixture
def everything(tmp_path: Path) -> list[Path]:
    return [write(case, tmp_path / f"{number}.har") for number, case in enumerate(cases())]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Secrets wherever one may stand, in an exchange with drift of which the secrets are a part."""
    made = entry(
        "/orders?access_token=sk-very-secret&phone=13812345678&code=246810",
        "POST",
        201,
        request_headers=[["Authorization", "Bearer abcdefgh"], ["Cookie", "sid=a1b2c3d4e5"]],
        response_headers=[["Set-Cookie", "sid=a1b2c3d4e5"]],
        request_body='{"phone": 13812345678, "password": "sk-very-secret"}',
        body='{"id": "13812345678", "phone": 13812345678, "token": "sk-very-secret"}',
    )
    strange = entry("/coupons/13812345678?token=sk-very-secret", body="{}")
    return archive(tmp_path / "secret.har", made, strange)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sarif_is_valid_and_each_result_is_at_its_line(
    everything: list[Path], tmp_path: Path, language: Any
) -> None:
    drift = run(everything, [CONTRACT], language=language, sarif=tmp_path / "o.sarif")
    log = json.loads((tmp_path / "o.sarif").read_text(encoding="utf-8"))
    SARIF.validate(log)
    results = log["runs"][0]["results"]
    assert len(results) == len(drift.findings) + len(drift.undocumented) > 10
    text = CONTRACT.read_text(encoding="utf-8").splitlines()
    place = next(each for each in results if each["properties"].get("pointer", "").endswith("price/type"))
    (location,) = place["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"].endswith("tests/drift/shop.yaml")
    assert text[location["physicalLocation"]["region"]["startLine"] - 1].strip() == "price: {type: number}"
    assert len({each["partialFingerprints"]["identity/v1"] for each in results}) == len(results)
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes
    for words in (results, *notes):
        chinese = any("一" <= character <= "鿿" for character in json.dumps(words, ensure_ascii=False))
        assert chinese is (language == "zh")


def test_the_text_is_in_one_language_and_names_all_that_a_finding_needs(everything: list[Path]) -> None:
    drift = compare(everything, [CONTRACT])
    english, chinese = ("\n".join(lines(drift, language)) for language in ("en", "zh"))
    assert not any("一" <= character <= "鿿" for character in english)
    assert "getProduct: response.body/price expected number, got" in english
    assert "shop.yaml#/components/schemas/Product/properties/price/type" in english
    assert "(exchange 3): GET https://api.shop.example/v1/products/3" in english
    assert "change the code: a server error is no answer that was agreed on" in english
    assert "改代码：服务端错误不是约定的响应" in chinese
    assert " × the file does not hold the whole body" in english


def test_nothing_secret_is_printed_or_written(secret: Path, tmp_path: Path) -> None:
    drift = run([secret], [CONTRACT], language="en", sarif=tmp_path / "o.sarif", har=tmp_path / "o.har")
    assert {each.violation.code for each in drift.findings} == {"request-body", "response-body"}
    assert [each.name for each in drift.undocumented] == ["GET /v1/coupons/{id}"]
    out = "\n".join(lines(drift, "en")) + "".join(
        (tmp_path / name).read_text(encoding="utf-8") for name in ("o.sarif", "o.har")
    )
    assert [each for each in SECRETS if each in out] == []


def test_the_archive_that_is_written_reads_again_as_the_same(everything: list[Path], tmp_path: Path) -> None:
    first = run(everything, [CONTRACT], language="en", har=tmp_path / "o.har")
    second = compare([tmp_path / "o.har"], [CONTRACT])
    assert json.loads((tmp_path / "o.har").read_text(encoding="utf-8"))["log"]["version"] == "1.2"
    assert [each.identity for each in second.findings] == [each.identity for each in first.findings]
    assert [each.count for each in second.findings] == [each.count for each in first.findings]


def test_bodies_of_bytes_and_those_that_are_not_kept_are_no_drift_when_they_are_read_again(
    tmp_path: Path,
) -> None:
    """A posted picture, half of a body, and JSON that is nested too deep to be masked."""
    form = {"request": {"method": "POST", "url": f"{SERVER}/orders", "headers": {"Content-Type": FORM_DATA}}}
    picture = base64.b64encode(
        b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n\xff\xd8\r\n--b--\r\n'
    )
    form["request"]["postData"] = {"text": picture.decode(), "encoding": "base64"}
    half = entry("/orders", "POST", 201, request_body='{"product": 1', body='{"id": 1}')
    half["request"]["postData"]["size"] = 20
    deep = entry(body='{"token": ' + "[" * 100_000 + "]" * 100_000 + "}")
    first = run(
        [archive(tmp_path / "a.har", {**entry(), **form}, half, deep)],
        [CONTRACT],
        language="en",
        har=tmp_path / "o.har",
    )
    one, two, three = (each for each in read(tmp_path / "o.har") if isinstance(each, Recorded))
    assert one.exchange.request.body == base64.b64decode(picture)
    assert (two.unsaved, three.unsaved) == ({"request.body"}, {"response.body"})
    again = compare([tmp_path / "o.har"], [CONTRACT])
    assert [each.identity for each in again.findings] == [each.identity for each in first.findings]


def test_an_archive_is_whole_or_not_there(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.har", entry(), {"request": {}})
    with pytest.raises(UsageError):
        run([path], [CONTRACT], language="en", har=tmp_path / "o.har")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.har"]


def test_no_output_takes_the_place_of_an_input_and_each_has_a_folder(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.har", entry())
    contract = tmp_path / "shop.yaml"
    contract.write_bytes(CONTRACT.read_bytes())
    for option, output, problem in (
        ("har", path, "would be written over"),
        ("sarif", contract, "would be written over"),
        ("sarif", tmp_path / "none" / "o.sarif", "the folder for it does not exist"),
    ):
        outputs: dict[str, Any] = {option: output}
        with pytest.raises(UsageError, match=problem):
            run([path], [contract], language="en", **outputs)
    assert contract.read_bytes() == CONTRACT.read_bytes()


def test_exit_codes(tmp_path: Path) -> None:
    def code(*entries: Any, limit: int | None = None) -> int:
        return exit_code(compare([archive(tmp_path / "a.har", *entries)], [CONTRACT]), limit)

    fine, strange = entry(body='{"id": 1, "price": 2}'), entry("/coupons/1", body="{}")
    assert code(fine) == 0
    assert code(entry(body="{}")) == 1
    assert code(fine, strange) == 0
    assert code(fine, strange, limit=0) == 1
    assert code(fine, strange, limit=1) == 0
    assert code(strange) == 3
    assert code() == 3
    assert code(entry(status=0)) == 3


def test_a_check_that_fails_is_broken_and_not_the_product(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> None:
        raise RuntimeError("no")

    path = archive(tmp_path / "a.har", entry(body="{}"))
    monkeypatch.setattr("harness.drift.judging.check", failing)
    drift = run([path], [CONTRACT], language="en", sarif=tmp_path / "o.sarif")
    assert (drift.unchecked["check failed"], exit_code(drift)) == (1, 3)
    assert "the check itself failed: RuntimeError: no" in "\n".join(lines(drift, "en"))


def test_a_check_that_fails_once_leaves_nothing_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.drift.judging.check", failing_on_the_second)
    path = archive(tmp_path / "a.har", entry(body='{"id": 1, "price": 2}'), entry("/products/2", body="{}"))
    drift = compare([path], [CONTRACT])
    assert (drift.judged, drift.findings, exit_code(drift)) == (1, [], 3)


def failing_on_the_second(exchange: Exchange, *rest: Any) -> Any:
    if exchange.path.endswith("2"):
        raise RuntimeError("no")
    return check(exchange, *rest)


def test_sarif_tells_what_failed_and_what_is_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.drift.judging.check", failing_on_the_second)
    monkeypatch.setattr("harness.drift.findings.MOST", 1)
    contract = tmp_path / "shop.yaml"
    contract.write_text(
        CONTRACT.read_text(encoding="utf-8").replace("type: array", "type: aray"), encoding="utf-8"
    )
    path = archive(
        tmp_path / "a.har", entry(body='{"id": "x", "price": "x"}'), entry("/products/2", body="{}")
    )
    run([path], [contract], language="en", sarif=tmp_path / "o.sarif")
    (invocation,) = json.loads((tmp_path / "o.sarif").read_text(encoding="utf-8"))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [
        (each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]
    ] == [
        ("error", "1 × the check itself failed"),
        ("warning", "shop.yaml: 1 flaws; operations they reach are unchecked"),
        ("warning", "1 more are not listed (there are too many)"),
    ]


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command
    monkeypatch.chdir(tmp_path)  # no project is here
    path = str(archive(tmp_path / "a.har", entry(body="{}")))
    ran = CliRunner().invoke(app, ["drift", path, "--contract", str(CONTRACT), "--language", "en"])
    assert ran.exit_code == 1
    assert "findings: 2" in ran.output
    assert ran.output.rstrip().endswith("failed")
    other = ["--contract", str(CONTRACT), "--server", "https://staging.example/api"]
    ran = CliRunner().invoke(app, ["drift", path, *other])
    assert ran.exit_code == 3
    assert "什么都没有判断" in ran.output
    ran = CliRunner().invoke(app, ["drift", path, *other], env={"HARNESS_LANGUAGE": "en"})
    assert "nothing was judged" in ran.output
    ran = CliRunner().invoke(app, ["drift", path])
    assert isinstance(ran.exception, UsageError)


def test_a_field_with_the_name_of_a_secret_hides_no_word_of_a_message(tmp_path: Path) -> None:
    document = CONTRACT.read_text(encoding="utf-8").replace("name: {type: string}", "token: {type: integer}")
    contract = tmp_path / "shop.yaml"
    contract.write_text(document, encoding="utf-8")
    path = archive(tmp_path / "a.har", entry(body='{"id": 1, "price": 2, "token": "sk-very-secret"}'))
    drift = run([path], [contract], language="en", har=tmp_path / "o.har", sarif=tmp_path / "o.sarif")
    text = "\n".join(lines(drift, "en"))
    assert "response.body/token expected integer, got" in text
    assert "sk-very-secret" not in text
    for name in ("o.har", "o.sarif"):
        assert "response.body/token expected integer, got" in (tmp_path / name).read_text(encoding="utf-8")
