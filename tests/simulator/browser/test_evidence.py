"""What a simulator shows of an app when something is wrong: its tree, its console, its exceptions, a trace."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.automator.client import NewApp, SimulatorClient
from harness.core.errors import ProtocolError
from harness.core.masking.traces import mask_trace
from tests.support.simulator import APPS, simulating

PHONE, TOKEN = "13912345678", "Bearer abcdef0123456789"


@pytest.fixture(scope="module")
def control() -> Iterator[SimulatorClient]:
    with (
        simulating(APPS / "counter") as running,
        SimulatorClient(running.ready["control"], deadline=30) as client,
    ):
        yield client


@pytest.fixture
def app(control: SimulatorClient) -> Iterator[NewApp]:
    made = control.new_app({"openid": "oEvidence", "phone": PHONE}, launch_path="pages/home/home")
    yield made
    control.close_app(made.port)


def tap(client: SimulatorClient, selector: str) -> None:
    page = client.call("App.getCurrentPage")["pageId"]
    element = client.call("Page.getElement", {"pageId": page, "selector": selector})["elementId"]
    client.call("Element.tap", {"pageId": page, "elementId": element})


def test_the_tree_is_the_page_as_its_data_made_it(app: NewApp) -> None:
    with SimulatorClient(app.endpoint, deadline=30) as client:
        assert re.search(r'<view id="count" class="row">\s*0\s*</view>', client.tree())
        tap(client, "#add")
        tree = client.tree()
        assert re.search(r'<view id="count" class="row">\s*1\s*</view>', tree)
        assert 'id="gone"' not in tree
        assert client.call("Simulator.getTree")["path"] == "pages/home/home"


def test_an_exception_says_where_in_the_source(app: NewApp, control: SimulatorClient) -> None:
    with SimulatorClient(app.endpoint, deadline=30) as client:
        tap(client, "#throw")
        client.call("App.getCurrentPage")
        [found] = control.findings(port=app.port)["exceptions"]
    assert found["message"] == "the fixture threw"
    line = (
        (APPS / "counter/pages/home/home.js")
        .read_text("utf-8")
        .splitlines()
        .index("    throw new Error('the fixture threw')")
    )
    assert f"pages/home/home.js:{line + 1}:" in found["stack"]
    assert found["times"] == 1


def test_a_trace_shows_the_touches_and_no_secret(
    app: NewApp, control: SimulatorClient, tmp_path: Path
) -> None:
    path = tmp_path / "trace.zip"
    with SimulatorClient(app.endpoint, deadline=30) as client:
        with pytest.raises(ProtocolError, match="no trace is being recorded"):
            client.stop_tracing(path)
        control.start_tracing(port=app.port)
        with pytest.raises(ProtocolError, match="a trace is being recorded"):
            client.start_tracing()
        secret = "(phone, token) => getCurrentPages()[0].setData({ said: phone + ' ' + token, name: token })"
        client.call("App.callFunction", {"functionDeclaration": secret, "args": [PHONE, TOKEN]})
        tap(client, "#add")
        for wrong, words in (
            ("trace.zip", "expected an absolute path"),
            (str(tmp_path / "trace.txt"), r"ends in \.zip"),
            (str(tmp_path / "no" / "trace.zip"), "there is no folder"),
        ):
            with pytest.raises(ProtocolError, match=words):
                client.call("Simulator.stopTracing", {"path": wrong})
        assert client.stop_tracing(path) == path
        control.start_tracing(port=app.port)
        with pytest.raises(ProtocolError, match="is there already"):
            client.stop_tracing(path)
    with zipfile.ZipFile(path) as trace:
        lines = trace.read("trace.trace").decode()
        kinds = [json.loads(line)["type"] for line in lines.splitlines()]
        assert "frame-snapshot" in kinds
        assert "before" in kinds
        assert [name for name in trace.namelist() if name.endswith(".jpeg")]
        assert "139****5678" in lines
        for name in trace.namelist():
            body = trace.read(name)
            assert PHONE.encode() not in body, name
            assert TOKEN.encode() not in body, name


def test_what_is_no_text_is_kept_as_it_is(tmp_path: Path) -> None:
    raw, masked = tmp_path / "raw.zip", tmp_path / "masked.zip"
    picture = bytes(range(256)) + PHONE.encode()
    with zipfile.ZipFile(raw, "w") as trace:
        trace.writestr("resources/a.jpeg", picture)
        trace.writestr(
            "trace.trace", json.dumps({"type": "x", "token": "abcdefgh"}) + "\nnot JSON\u2028 " + PHONE + "\n"
        )
    mask_trace(raw, masked)
    with zipfile.ZipFile(masked) as trace:
        assert trace.read("resources/a.jpeg") == picture
        first, second = trace.read("trace.trace").decode().rstrip("\n").split("\n")
    assert json.loads(first)["token"].startswith("***")
    assert second == "not JSON\u2028 139****5678"
