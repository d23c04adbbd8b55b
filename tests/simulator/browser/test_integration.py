"""The real process with a fixture app, driven by minium 1.6.1 as it is."""

from __future__ import annotations

import base64
import json
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.automator.client import SimulatorClient
from harness.core.errors import BrokenError, ProtocolError
from harness.core.polling import poll
from harness.processes.process_tree import runs
from tests.support.simulator import Simulator, end, start

APP = Path(__file__).parents[2] / "fixture_apps" / "counter"
API = "https://api.fixture.example"
XIAO_MING = {"openid": "oXiaoMing", "phone": "19900000001", "nickName": "小明"}
XIAO_HONG = {"openid": "oXiaoHong", "unionid": "uXiaoHong", "nickName": "小红"}


def gone(processes: list[psutil.Process]) -> bool:
    return not any(runs(process) for process in processes)


class Echo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = {"path": self.path, "headers": {k.lower(): v for k, v in self.headers.items()}}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(scope="module")
def simulator(backend: str) -> Iterator[Simulator]:
    running = start(APP, "--map", f"{API}={backend}")
    yield running
    end(running)


@pytest.fixture(scope="module")
def control(simulator: Simulator) -> Iterator[SimulatorClient]:
    with SimulatorClient(simulator.ready["control"], deadline=20) as client:
        yield client


Connect = Callable[[int], Any]


def leave(client: Any) -> None:
    """Shut a Minium down, and close the socket it leaves open when the other side closes first."""
    socket = client.connection._client.sock.sock
    client.shutdown()
    socket.close()


@pytest.fixture(scope="module")
def connect(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connect]:
    """Minium on a port; all are shut down at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import minium
        from minium.miniprogram.base_driver import minium_log

    minium_log.existFlag = 1  # no usage reports
    os.environ["no_proxy"] = "localhost,127.0.0.1"
    outputs = str(tmp_path_factory.mktemp("minium"))
    clients: list[Any] = []

    def dial(port: int) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            client = minium.Minium({"test_port": port, "outputs": outputs, "debug_mode": "error"})
        clients.append(client)
        return client

    yield dial
    for client in clients:
        if client.connection is not None:
            leave(client)


@pytest.fixture(scope="module")
def ming_port(control: SimulatorClient) -> int:
    return control.new_app(XIAO_MING).port


@pytest.fixture(scope="module")
def ming(connect: Connect, ming_port: int) -> Any:
    return connect(ming_port)


@pytest.fixture
def home(ming: Any) -> Any:
    """The home page, launched anew."""
    return ming.app.relaunch("/pages/home/home")


def said(page: Any) -> str:
    """What the page says once it says something."""
    return str(poll(lambda: page.data["said"], bool, within=5).value)


class TestMinium:
    def test_elements_are_found_touched_and_read(self, home: Any) -> None:
        add = home.get_element("#add")
        add.tap()
        add.tap()
        assert home.get_element("#count").inner_text == "2"
        assert home.data["count"] == 2
        assert home.get_element("//view[@id='count']").inner_text == "2"
        assert not home.element_is_exists("#gone", max_timeout=1)

    def test_input_reaches_the_app(self, home: Any) -> None:
        home.get_element("#name").input("小明")
        assert home.get_element("#hello").inner_text == "Hello 小明"

    def test_data_and_methods(self, home: Any) -> None:
        home.data = {"count": 7}
        assert home.get_element("#count").inner_text == "7"
        assert home.call_method("double", [21]).result.result == 42

    def test_scripts_run_in_the_app_service(self, ming: Any, home: Any) -> None:
        ran = ming.app.evaluate(
            "function (a, b) { return a + b + getCurrentPages().length }", [1, 2], sync=True
        )
        assert ran.result.result == 4
        assert ming.app.call_wx_method("getStorageSync", ["visits"]).result.result == 1

    def test_a_mocked_api_and_the_real_one_again(self, ming: Any, home: Any) -> None:
        ming.app.mock_wx_method("login", result={"code": "mocked", "errMsg": "login:ok"})
        home.get_element("#login").tap()
        assert said(home) == "mocked"
        ming.app.restore_wx_method("login")
        home.data = {"said": ""}
        home.get_element("#login").tap()
        assert said(home).startswith("sim-login-")

    def test_routes(self, ming: Any, home: Any) -> None:
        home.get_element("#add").tap()
        home.get_element("#open").tap()
        assert ming.app.wait_for_page("/pages/detail/detail")
        detail = ming.app.get_current_page()
        assert (detail.path, detail.data["count"]) == ("/pages/detail/detail", "1")
        assert ming.app.navigate_back().path == "/pages/home/home"
        assert ming.app.switch_tab("/pages/mine/mine").get_element("#visits").inner_text == "1"

    def test_a_finger_cannot_touch_what_it_cannot_reach(self, home: Any) -> None:
        for selector, reason in (
            ("#hidden", "element cannot be tapped: it is not displayed"),
            ("#under", 'element cannot be tapped: <view id="over"> is in front of it'),
        ):
            with pytest.raises(Exception, match=reason):
                home.get_element(selector).tap()
        assert home.data["count"] == 0

    def test_a_dialogue_waits_for_its_answer(self, ming: Any, home: Any) -> None:
        for answer, expected in (("取消", "no"), ("确定", "yes")):
            home.get_element("#ask").tap()
            assert home.data["said"] == ""
            assert ming.native.handle_modal(answer)
            assert said(home) == expected
            home.data = {"said": ""}
        assert ming.native.handle_modal("确定") is False

    def test_requests_reach_the_mapped_backend_with_the_steps_trace(
        self, home: Any, control: SimulatorClient, ming_port: int
    ) -> None:
        control.set_trace({"traceparent": "00-abc"}, port=ming_port)
        home.get_element("#fetch").tap()
        assert said(home) == "200 /echo?q=1 00-abc"

    def test_the_person_gives_or_refuses_their_number(
        self, home: Any, control: SimulatorClient, ming_port: int
    ) -> None:
        home.get_element("#phone").tap()
        assert said(home).startswith("sim-phone-")
        control.set_answer("getPhoneNumber", False, port=ming_port)
        home.data = {"said": ""}
        home.get_element("#phone").tap()
        assert said(home) == "getPhoneNumber:fail user deny"
        control.set_answer("getPhoneNumber", None, port=ming_port)

    def test_an_exception_is_a_finding(self, home: Any, control: SimulatorClient, ming_port: int) -> None:
        home.get_element("#throw").tap()
        found = control.findings(port=ming_port)["exceptions"][-1]
        assert found["message"] == "the fixture threw"
        assert "pages/home/home.js:" in found["stack"]

    def test_screenshots_are_pictures(self, ming: Any, control: SimulatorClient, ming_port: int) -> None:
        assert base64.b64decode(control.screenshot(port=ming_port)).startswith(b"\x89PNG")
        assert ming.app.screen_shot("", "raw").startswith(b"\x89PNG")


class TestSeveralPeople:
    def test_two_people_at_once_do_not_disturb_each_other(
        self, connect: Connect, control: SimulatorClient, home: Any, ming: Any
    ) -> None:
        new = control.new_app(XIAO_HONG, storage={"visits": 41}, launch_path="pages/home/home")
        hong = connect(new.port)
        home.get_element("#add").tap()
        hong_home = hong.app.get_current_page()
        assert hong_home.data["count"] == 0
        hong_home.get_element("#open").tap()
        assert hong.app.wait_for_page("/pages/detail/detail")
        assert ming.app.get_current_page().path == "/pages/home/home"
        assert hong.app.call_wx_method("getStorageSync", ["visits"]).result.result == 42
        leave(hong)
        control.close_app(new.port)
        home.get_element("#add").tap()
        assert home.data["count"] == 2

    def test_a_second_session_on_the_same_port_finds_a_fresh_app(
        self, connect: Connect, control: SimulatorClient
    ) -> None:
        port = control.new_app(XIAO_HONG).port
        first = connect(port)
        first.app.get_current_page().get_element("#add").tap()
        leave(first)
        second = connect(port)
        page = second.app.get_current_page()
        assert page.data["count"] == 0
        assert second.app.navigate_to("/pages/detail/detail?count=9").data["count"] == "9"
        assert second.app.call_wx_method("getStorageSync", ["visits"]).result.result == 2
        leave(second)
        control.close_app(port)

    def test_openids_are_masked(self, control: SimulatorClient, ming_port: int) -> None:
        info = control.info()
        assert ming_port in [app["port"] for app in info["apps"]]
        assert "XiaoMing" not in json.dumps(info)


class TestRefusals:
    def test_on_the_control_port(self, control: SimulatorClient) -> None:
        with pytest.raises(ProtocolError, match=r"Page.getData: this is the control port"):
            control.call("Page.getData", {"pageId": 1})
        with pytest.raises(ProtocolError, match=r"port: expected one of \d+.*, got 1"):
            control.close_app(1)
        with pytest.raises(ProtocolError, match=r"person.openid: expected string, got nothing"):
            control.new_app({})

    def test_an_endless_loop_is_named_and_others_go_on(
        self, connect: Connect, control: SimulatorClient, home: Any
    ) -> None:
        port = control.new_app(XIAO_HONG).port
        with SimulatorClient(f"ws://127.0.0.1:{port}") as app:
            page = app.call("App.getCurrentPage")["pageId"]
            (spin,) = app.call("Page.getElements", {"pageId": page, "selector": "#spin"})["elements"]
            began = time.monotonic()
            with pytest.raises(
                ProtocolError, match=r"has run for \d+ s without a pause, in spin \(.*home.js:\d+\)"
            ):
                app.call("Element.tap", {"pageId": page, "elementId": spin["elementId"]}, deadline=30)
            assert time.monotonic() - began < 15
            home.get_element("#add").tap()
            assert base64.b64decode(app.screenshot()).startswith(b"\x89PNG")
            app.close_app(port)
        left = poll(
            lambda: [each["port"] for each in control.info()["apps"]],
            lambda ports: port not in ports,
            within=5,
        )
        assert left.satisfied


class TestTheEndOfTheProcess:
    def test_when_chromium_dies_it_says_so_and_ends(self) -> None:
        simulator = start(APP)
        family = simulator.family
        os.kill(simulator.ready["browserPid"], signal.SIGKILL)
        began = time.monotonic()
        assert simulator.process.wait(10) == 3
        assert time.monotonic() - began < 5
        assert simulator.process.stderr is not None
        assert "Chromium died" in simulator.process.stderr.read()
        assert poll(lambda: gone(family), bool, within=5).satisfied
        end(simulator)

    @pytest.mark.parametrize(
        "how", [pytest.param("terminate", marks=pytest.mark.full), "end of input", "shutdown"]
    )
    def test_it_leaves_no_process_behind(self, how: str) -> None:
        simulator = start(APP, with_app=how == "terminate")
        family = simulator.family
        assert family
        assert simulator.process.stdin is not None
        if how == "terminate":
            simulator.process.terminate()
        elif how == "end of input":
            simulator.process.stdin.close()
        else:
            with SimulatorClient(simulator.ready["control"]) as control:
                control.shutdown()
        assert simulator.process.wait(20) == 0
        assert poll(lambda: gone(family), bool, within=10).satisfied
        end(simulator)

    def test_a_call_pending_when_it_is_killed_ends_with_the_reason(self) -> None:
        simulator = start(APP, with_app=True)
        family = simulator.family
        client = SimulatorClient(simulator.ready["endpoint"], deadline=30)
        threading.Timer(0.5, simulator.process.kill).start()
        with pytest.raises(BrokenError, match=r"App.callFunction: the connection to ws:.* ended"):
            client.call("App.callFunction", {"functionDeclaration": "() => new Promise(() => {})"})
        client.close()
        assert poll(lambda: gone(family), bool, within=10).satisfied
        end(simulator)
