"""The shop's mini-program in the simulator, through every page and every function of its pages.

What a function did is read off the screen or asked of the backend; that each ran at all is counted in the app.
"""

from __future__ import annotations

import dataclasses
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.core.actors import Person, invent
from harness.core.platforms import HARNESS, PHONE
from harness.core.polling import poll
from harness.platforms.miniprogram import MiniProgramSession
from harness.platforms.simulator import SimulatorDriver
from harness.runs.run import Run
from harness.traffic.obstruction import set_obstructed

ROOT = Path(__file__).resolve().parents[3]
MINE, LOGIN = "pages/mine/mine", "pages/login/login"
PATIENCE = 8.0  # seconds
TOAST = "() => Function('return this')().document.querySelector('.sim-toast')?.innerText ?? null"
BY_THE_FRAMEWORK = {"onShow"}  # it runs before anything of ours can count it; what it loads is asserted

COUNT = """() => {
  const functions = %s
  const app = getApp()
  app.called = app.called || {}
  for (const page of getCurrentPages()) {
    if (page.counted) continue
    page.counted = true
    for (const name of functions[page.route] || []) {
      const original = page[name]
      page[name] = function (...args) {
        app.called[`${page.route} ${name}`] = true
        return original.apply(this, args)
      }
    }
  }
}"""


def functions_of(page: str) -> list[str]:
    """The functions of a page as its source names them: ``name(…) {`` two spaces in."""
    source = (ROOT / "demo" / "miniprogram" / f"{page}.js").read_text(encoding="utf-8")
    lines = [
        line.removeprefix("  ").removeprefix("async ") for line in source.splitlines() if line[2:3].strip()
    ]
    return [
        line.split("(")[0] for line in lines if line.endswith(") {") and line.split("(")[0].isidentifier()
    ]


FUNCTIONS = {
    page: [name for name in functions_of(page) if name not in BY_THE_FRAMEWORK] for page in (MINE, LOGIN)
}


@dataclass
class Shop:
    run: Run
    driver: SimulatorDriver
    pictures: Path
    called: set[str]

    def open(self, alias: str, *, person: Person | None = None, **answers: object) -> Customer:
        session = self.driver.open(person or invent(alias, "the shop's mini-program"))
        customer = Customer(self, session)
        for api, answer in answers.items():
            self.driver.simulator().control.set_answer(api, answer, port=session.port)
        return customer

    def unreachable(self, on: bool) -> None:
        set_obstructed(self.run.url(PHONE, "miniprogram"), on=on)


@dataclass
class Customer:
    shop: Shop
    phone: MiniProgramSession

    def js(self, function: str, *args: object) -> Any:
        return self.phone.minium.app.evaluate(function, list(args), sync=True).result.get("result")

    def tap(self, selector: str) -> None:
        self.js(COUNT % json.dumps(FUNCTIONS))
        self.phone.tap(selector)

    def sees(self, read: Callable[[], object], expected: object) -> None:
        found = poll(read, lambda seen: seen == expected, within=PATIENCE)
        assert found.satisfied, f"expected {expected!r}, last seen {found.value!r}"

    def sees_text(self, selector: str, expected: str | None) -> None:
        self.sees(lambda: self.phone.text_now(selector), expected)

    def sees_points(self, expected: str) -> None:
        """The page reads them once, when it is shown: it is shown anew until all have crossed."""

        def shown_anew() -> str | None:
            self.js("() => { wx.reLaunch({url: '/pages/mine/mine'}) }")
            self.is_at(MINE)
            self.sees(lambda: self.phone.data()["loggedIn"] and not self.phone.data()["loading"], True)
            return self.phone.text_now("#points")

        self.sees(shown_anew, expected)

    def is_at(self, page: str) -> None:
        self.sees(lambda: self.phone.where().strip("/"), page)

    def logs_in(self) -> None:
        self.tap("#to-login")
        self.is_at(LOGIN)
        self.tap("#agree")
        self.tap("#login")
        self.is_at(MINE)
        self.sees(lambda: self.phone.data()["loggedIn"] and not self.phone.data()["loading"], True)

    def token(self) -> str:
        return str(self.js("() => wx.getStorageSync('token')"))

    def asks_backend(self, method: str, path: str, body: object = None) -> int:
        """The status the backend gives whoever holds this phone's token."""
        address = self.shop.run.url(HARNESS, "miniprogram") + path
        headers = {"Authorization": f"Bearer {self.token()}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def leaves(self, picture: str) -> None:
        """A picture of the last page, the functions that ran, and nothing thrown on the way."""
        (self.shop.pictures / f"{picture}.png").write_bytes(self.phone.screenshot())
        self.shop.called |= set(self.js("() => Object.keys(getApp().called || {})"))
        assert self.phone.thrown() == []
        self.phone.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("shop")
    config = folder / "harness.toml"
    text = (ROOT / "harness.toml").read_text(encoding="utf-8")
    for room in ("contracts", "scenarios", "demo/"):
        text = text.replace(f'"{room}', f'"{ROOT.as_posix()}/{room}')
    config.write_text(
        text.replace("[paths]", f'[paths]\nruns = "{folder.as_posix()}/runs"'), encoding="utf-8"
    )
    run = Run.begin(config)
    try:
        settings = run.settings.miniprograms["miniprogram"]
        driver = SimulatorDriver(
            settings,
            hosts={host: run.url(PHONE, service) for host, service in settings.hosts.items()},
            wechat=run.url(PHONE, settings.wechat) if settings.wechat else None,
            folder=run.folder,
        )
        try:
            yield Shop(run, driver, folder, set())
        finally:
            driver.close()
    finally:
        run.stop()


def test_a_member_comes_reads_and_leaves(shop: Shop) -> None:
    lin = shop.open("林")
    lin.sees_text("#welcome .welcome-title", "欢迎来到橙子小铺")
    lin.logs_in()
    lin.sees_points("150")
    lin.sees_text("#bound", "已绑定")
    assert lin.asks_backend("GET", "/api/member") == 200
    token = lin.token()

    lin.tap("#refresh")
    assert lin.asks_backend("PATCH", "/api/member", {"nickname": "林间"}) == 200
    lin.js("() => wx.startPullDownRefresh()")
    lin.sees_text("#nickname", "林间")
    lin.tap("#logout")
    lin.sees_text("#welcome .welcome-title", "欢迎来到橙子小铺")
    assert lin.token() == ""
    lin.js("t => wx.setStorageSync('token', t)", token)
    assert lin.asks_backend("GET", "/api/member") == 401
    lin.leaves("left")


def test_nobody_is_asked_for_a_number_before_agreeing(shop: Shop) -> None:
    chen = shop.open("陈")
    chen.tap("#to-login")
    chen.is_at(LOGIN)
    chen.tap("#login")
    chen.sees(lambda: chen.js(TOAST), "请先阅读并同意隐私保护指引")
    assert chen.token() == ""
    chen.leaves("not-agreed")


def test_refusing_the_number_is_said(shop: Shop) -> None:
    xu = shop.open("许", getPhoneNumber=False)
    xu.tap("#to-login")
    xu.is_at(LOGIN)
    xu.tap("#agree")
    xu.tap("#login")
    xu.sees_text("#error", "需要手机号才能登录")
    xu.leaves("refused")


def test_a_number_bound_to_another_wechat_is_refused(shop: Shop) -> None:
    first = invent("何", "the shop's mini-program")
    he = shop.open("何", person=first)
    he.logs_in()
    he.leaves("bound")
    second = dataclasses.replace(invent("吕", "the shop's mini-program"), phone=first.phone)
    lv = shop.open("吕", person=second)
    lv.tap("#to-login")
    lv.is_at(LOGIN)
    lv.tap("#agree")
    lv.tap("#login")
    lv.sees_text("#error", "这个手机号已绑定其他微信，请换一个手机号")
    lv.leaves("bound-elsewhere")


def test_a_backend_out_of_reach_is_said_and_forgiven(shop: Shop) -> None:
    song = shop.open("宋")
    song.logs_in()
    shop.unreachable(True)
    try:
        song.tap("#refresh")
        song.sees_text("#error", "服务暂时不可用，请稍后再试")
        song.sees_text("#nickname", song.js("() => getCurrentPages()[0].data.member.nickname"))
        song.tap("#logout")
        song.sees(lambda: song.phone.data()["loading"], False)
        assert song.token() != ""
    finally:
        shop.unreachable(False)
    song.tap("#refresh")
    song.sees_text("#error", None)
    song.leaves("forgiven")


def test_a_session_that_ended_elsewhere_leads_to_the_welcome(shop: Shop) -> None:
    tang = shop.open("唐")
    tang.logs_in()
    assert tang.asks_backend("DELETE", "/api/session") == 204
    tang.tap("#refresh")
    tang.sees_text("#error", "登录已过期，请重新登录")
    tang.sees_text("#welcome .welcome-title", "欢迎来到橙子小铺")
    assert tang.token() == ""
    tang.leaves("ended")


def test_the_login_page_opened_first_leads_to_the_member(shop: Shop) -> None:
    feng = shop.open("冯")
    feng.js("() => { wx.reLaunch({url: '/pages/login/login'}) }")
    feng.is_at(LOGIN)
    feng.tap("#agree")
    feng.tap("#login")
    feng.is_at(MINE)
    feng.sees_points("150")
    feng.leaves("login-first")


def test_every_function_of_every_page_ran(shop: Shop) -> None:
    """Last of the module: what the tests above called, beside what the sources define."""
    defined = {f"{page} {name}" for page, names in FUNCTIONS.items() for name in names}
    assert len(defined) >= 11
    assert defined - shop.called == set()
