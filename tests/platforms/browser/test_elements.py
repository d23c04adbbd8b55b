"""Sites as they are: elements by what people see, and what is said of a page that has them not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import DriverError, PageFault
from harness.core.platforms import USUAL
from harness.core.text import Text
from harness.platforms.chromium_pool import ChromiumPool
from harness.platforms.locators import Locator
from harness.platforms.pages import load
from harness.platforms.settings import WebsiteSettings
from harness.platforms.website import WebsiteDriver
from harness.platforms.website_session import WebsiteSession

HEAD = "<!doctype html><meta charset=utf-8><link rel=icon href='data:'>"
FORM = (
    HEAD
    + """
<h1>登录</h1>
<form action="/index.php?r=user/login" method="get" onsubmit="event.preventDefault(); said.textContent = account.value">
<label for="account">账号</label> <input id="account" name="account">
<label>密码 <input type="password" placeholder="请输入密码"></label>
<label><input type="checkbox" id="agree"> 同意协议</label>
<select aria-label="门店"><option value="1">北京店</option><option value="2">上海店</option></select>
<button data-qa="submit">登录</button> <button disabled>注册</button>
<button style="display:none">忘记密码</button></form><p id="said"></p>
<input type="file" id="photo" onchange="said.textContent = this.files[0].name">
<button onclick="photo.click()">上传照片</button>
<button onclick="said.textContent = confirm('确定取消吗？') ? '已取消' : '未取消'">取消预约</button>
<button onclick="said.textContent = prompt('备注')">备注</button>
<a href="/terms" target="_blank">服务条款</a>
<ul><li>茶 <button onclick="said.textContent = '茶'">买</button></li>
<li>咖啡 <button onclick="said.textContent = '咖啡'">买</button></li></ul>
<div style="position:relative"><button id="under">付款</button>
<div class="mask" style="position:absolute;inset:0;z-index:9">加载中</div></div>
<iframe src="/frame" id="pay"></iframe>
<div id="shadow"></div><script>
shadow.attachShadow({mode: 'open'}).innerHTML = '<button>影子</button>'
</script>"""
)
TEXTS = {
    "/form": FORM,
    "/terms": HEAD + "<h1>条款</h1>",
    "/frame": HEAD + "<button onclick=\"this.textContent = '已付'\">付款</button>",
    "/spa": HEAD
    + """<main></main><script>
const views = { '#/orders': '<h2>订单</h2><button>刷新</button>', '': '<a href="#/orders">订单</a>' }
const draw = () => { document.querySelector('main').innerHTML = views[location.hash] ?? '' }
addEventListener('hashchange', draw); draw()
let n = 0; setInterval(() => { document.querySelector('main').innerHTML += ''; n += 1 }, 150)
</script>""",
    "/order": HEAD + "<form method=post action=/ordered><button>下单</button></form>",
    "/chooser": HEAD
    + "<button onclick='fetch(`/late`); said.textContent += `x`'>上传</button><p id=said></p>",
    "/table": HEAD
    + """<table id=t></table><script>
const draw = (names) => { t.innerHTML = names.map((name) =>
  `<tr><td><b>${name}</b></td><td><div class=body><button onclick="said.textContent = '${name}'">买</button></div>
  <button>看</button></td></tr>`).join('') }
const sort = () => draw(['茶', '咖啡'])
fetch('/late').then(() => draw(['咖啡', '茶']))
</script><button onclick="sort()">排序</button><p id=said></p>""",
    "/slow": HEAD + "<p id=p></p><script>fetch('/late').then(() => { p.textContent = '来了' })</script>",
    "/bundle": HEAD
    + """<p id=p></p><script>
const headers = { 'content-type': 'application/json', 'x-key': 'k' }
fetch('https://api.shop.example/v1/goods', { method: 'PUT', headers, body: '{"n":1}', credentials: 'include' })
  .then((answer) => answer.json().then(({ path, key, body, trace }) => {
    p.textContent = `${answer.status} ${path} ${key} ${body} ${trace} ${answer.headers.get('x-total')}`
  }), (error) => { p.textContent = error })
</script>""",
}


ORDERS: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0].removeprefix("/base")
        if path == "/late":
            time.sleep(1.6)
        status = 200 if path in TEXTS or path == "/late" else 404
        self._answer(status, "text/html; charset=utf-8", TEXTS.get(path, "late"))

    def do_POST(self) -> None:
        ORDERS.append(self.path)
        time.sleep(2.5)  # longer than the patience
        self._answer(200, "text/html; charset=utf-8", HEAD + "<h1>已下单</h1>")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        about = {"path": self.path, "key": self.headers["x-key"], "body": body}
        said = json.dumps({**about, "trace": (self.headers["traceparent"] or "")[-2:]})
        self._answer(201, "application/json", said, {"x-total": "7"})

    def _answer(self, status: int, kind: str, text: str, more: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def driver(site: str) -> Iterator[WebsiteDriver]:
    pool = ChromiumPool()
    settings = WebsiteSettings(service="site", patience=1.0, slow=4.0)
    yield WebsiteDriver(settings, site, pool, hosts={"https://api.shop.example": site})
    pool.close()


@pytest.fixture
def session(driver: WebsiteDriver) -> Iterator[WebsiteSession]:
    session = driver.open()
    yield session
    session.close()


@pytest.fixture
def form(session: WebsiteSession) -> WebsiteSession:
    session.open("/form")
    return session


SAID = Locator(id="said")


def test_a_form_by_what_people_see(form: WebsiteSession, tmp_path: Path) -> None:
    form.fill(Locator(label="账号"), "wang")
    form.fill(Locator(placeholder="请输入密码"), "secret")
    form.check(Locator(label="同意协议"))
    form.choose(Locator(label="门店"), "上海店")
    form.tap(Locator(role="button", name="登录"))
    assert form.text(SAID) == "wang"
    assert form.value(Locator(css="select")) == "2"
    assert form.page.is_checked("#agree")
    photo = tmp_path / "photo.png"
    photo.touch()
    for way in (Locator(id="photo"), Locator(text="上传照片")):
        form.upload(way, photo)
        assert form.text(SAID) == "photo.png"
    form.tap(Locator(text="买", within=Locator(role="listitem", has_text="咖啡")))
    assert form.text(SAID) == "咖啡"
    form.tap(Locator(role="button", frame="#pay"))
    assert form.text(Locator(role="button", frame="#pay")) == "已付"
    form.see(Locator(text="影子"))
    assert form.texts_of(Locator(css="li")) == ["茶 买", "咖啡 买"]


def test_dialogs_are_answered_and_their_words_told(form: WebsiteSession) -> None:
    with form.dialog() as dialog:
        form.tap(Locator(text="取消预约"))
    assert (dialog.text, form.text(SAID)) == ("确定取消吗？", "已取消")
    with form.dialog(accept=False):
        form.tap(Locator(text="取消预约"))
    assert form.text(SAID) == "未取消"
    with form.dialog(text="靠窗"):
        form.tap(Locator(text="备注", exact=True))
    assert form.text(SAID) == "靠窗"
    with pytest.raises(PageFault, match="opens no dialog"), form.dialog():
        form.tap(Locator(role="button", name="登录"))


def test_a_new_window_is_in_front_until_it_is_closed(form: WebsiteSession) -> None:
    form.tap(Locator(text="服务条款"))
    form.arrive("/terms", after=Text(zh="点条款", en="pressing the terms"))
    assert form.text(Locator(role="heading")) == "条款"
    form.close_window()
    form.arrive("/form", after=Text(zh="关闭", en="closing"))


def test_what_a_new_window_shows_is_found_there(form: WebsiteSession) -> None:
    for _ in range(3):
        form.page.evaluate("setTimeout(() => open('/terms'), 300)")  # in the middle of the wait
        form.see(Locator(role="heading", name="条款"))
        form.close_window()


FAULTS: list[tuple[Any, str]] = [
    (Locator(role="button", name="登入"), "the page has: '登录'"),
    (Locator(role="switch", name="登录"), 'button "登录"'),
    (Locator(label="帐号"), "the page has: '账号'"),
    (Locator(placeholder="输入密码！"), "the page has: '请输入密码'"),
    (Locator(text="服务条欵"), "the page has: '服务条款'"),
    (Locator(id="acount"), "the page has: 'account'"),
    (Locator(text="买", within=Locator(role="listitem", has_text="奶茶")), "茶"),
    (Locator(role="button", name="注册"), "it is there, and disabled"),
    (Locator(css="button", has_text="忘记密码"), "it is there, and not visible"),
    (Locator(id="under"), 'it is covered by <div class="mask">'),
]


@pytest.mark.parametrize(("element", "seen"), FAULTS, ids=[str(element) for element, _ in FAULTS])
def test_what_keeps_a_person_from_an_element(form: WebsiteSession, element: Any, seen: str) -> None:
    with pytest.raises(PageFault) as caught:
        form.tap(element)
    assert seen in str(caught.value)
    assert "/form" in str(caught.value)
    assert str(element) in str(caught.value)


def test_several_are_a_question_to_the_test_and_not_the_pages_fault(form: WebsiteSession) -> None:
    with pytest.raises(DriverError, match="2 elements of the website's page /form are 'text=买'"):
        form.tap(Locator(text="买"))
    form.tap(Locator(text="买", nth=1))
    assert form.text(SAID) == "咖啡"


def test_hash_routes_and_pages_that_are_drawn_again_and_again(session: WebsiteSession) -> None:
    session.open("/spa")
    session.tap(Locator(role="link", name="订单"))
    session.arrive("/spa#/orders", after=Text(zh="点订单", en="pressing orders"))
    assert session.text(Locator(role="heading")) == "订单"


def test_a_page_that_still_loads_is_waited_for(session: WebsiteSession) -> None:
    session.open("/slow")  # its request takes longer than the patience
    session.see(Locator(text="来了"))


def test_what_takes_long_after_a_press_is_not_pressed_twice(session: WebsiteSession) -> None:
    ORDERS.clear()
    session.open("/order")
    session.tap(Locator(role="button", name="下单"))
    session.see(Locator(role="heading", name="已下单"))
    assert ORDERS == ["/ordered"]


def test_a_file_chooser_that_does_not_open_is_asked_for_once(session: WebsiteSession, tmp_path: Path) -> None:
    session.open("/chooser")
    with pytest.raises(PageFault, match="pressing it opens no file chooser"):
        session.upload(Locator(text="上传"), tmp_path)
    assert session.text(SAID) == "x"


def test_rows_that_come_late_and_move(session: WebsiteSession, tmp_path: Path) -> None:
    (tmp_path / "website.yaml").write_text(
        """
table:
  address: /table
  parts:
    goods:
      css: tr
      cells: {name: {css: b}, buy: {css: button, within: {css: .body}}}
""",
        encoding="utf-8",
    )
    page = load(tmp_path, USUAL).page("table", session)
    page.open()
    tea = page.row("goods", name="茶")  # its request takes longer than the patience
    session.tap(Locator(text="排序"))
    tea.tap("buy")
    assert session.text(SAID) == "茶"
    session.page.evaluate("t.innerHTML = ''")
    with pytest.raises(PageFault, match="0 rows"):
        tea.tap("buy")


def test_another_attribute_of_test_ids(driver: WebsiteDriver, site: str) -> None:
    settings = driver.settings.model_copy(update={"test_id_attribute": "data-qa"})
    session = WebsiteDriver(settings, f"{site}/base", driver._pool).open()
    session.open("/form")  # below the path of the address
    assert session.where() == "/base/form"
    session.tap("submit")
    with pytest.raises(PageFault, match="the page has: 'submit'"):
        session.tap("submitt")
    session.close()


def test_an_address_in_a_bundle_is_answered_by_the_proxy(session: WebsiteSession) -> None:
    session.trace("00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    session.open("/bundle")
    session.see(Locator(text="/v1/goods"))
    assert session.text(Locator(id="p")) == '201 /v1/goods k {"n":1} 01 7'
