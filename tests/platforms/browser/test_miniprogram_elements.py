"""Mini-programs as they are: elements by what people see, what is said of a page that has them not, pages by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.actors import invent
from harness.core.errors import DriverError, PageFault
from harness.core.platforms import USUAL
from harness.core.text import Text
from harness.platforms.locators import Locator
from harness.platforms.pages import load
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.simulator import SimulatedSession, SimulatorDriver

TABS = [{"pagePath": f"pages/{name}/{name}", "text": name} for name in ("list", "mine")]
APP_JSON = json.dumps({"pages": [tab["pagePath"] for tab in TABS], "tabBar": {"list": TABS}})
LIST = """\
<view class="title">{{from}}</view>
<input placeholder="搜索商品" bindinput="search" value="{{wanted}}"/>
<view class="card" wx:for="{{goods}}" wx:key="id" data-id="{{item.id}}">
  <text class="name">{{item.name}}</text><text class="price">{{item.price}}</text>
  <button size="mini" aria-label="买{{item.name}}" data-id="{{item.id}}" bindtap="buy">买</button>
</view>
<view id="said">{{said}}</view>
<view style="height: 1500px"/>
<button id="end" bindtap="drop">全部删除</button>
"""
LIST_JS = """\
Page({
  data: { said: '', wanted: '', from: '', goods: [] },
  onLoad({ from = '' }) {
    this.setData({ from, goods: [{ id: 7, name: '茶', price: '12.00' }, { id: 8, name: '咖啡', price: '9.90' }] })
  },
  search({ detail }) { this.setData({ wanted: detail.value }) },
  buy({ currentTarget }) { this.setData({ said: '买了 ' + currentTarget.dataset.id }) },
  drop() {
    wx.showModal({ title: '删除', content: '真的吗', confirmText: '删掉',
      success: ({ confirm }) => this.setData({ said: confirm ? '已删除' : '保留' }) })
  },
})
"""
PAGES = """\
goods:
  address: pages/list/list?from={source}
  ready: search
  parts:
    search: {placeholder: 搜索商品}
    said: {id: said}
    goods:
      css: .card
      cells: {name: {css: .name}, price: {css: .price}, buy: {css: button}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    for name, wxml, js in (("list", LIST, LIST_JS), ("mine", "<view>我的</view>", "Page({})")):
        page = folder / "pages" / name
        page.mkdir(parents=True)
        (page / f"{name}.wxml").write_text(wxml, encoding="utf-8")
        (page / f"{name}.js").write_text(js, encoding="utf-8")
    (folder / "app.json").write_text(APP_JSON, encoding="utf-8")
    (folder / "app.js").write_text("App({})", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def driver(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorDriver]:
    settings = MiniProgramSettings(project=project, patience=0.8)
    driver = SimulatorDriver(settings, hosts={}, wechat=None, folder=tmp_path_factory.mktemp("run"))
    yield driver
    driver.close()


@pytest.fixture
def session(driver: SimulatorDriver) -> Iterator[SimulatedSession]:
    session = driver.open(invent("li", "7"))
    yield session
    session.close()


def test_elements_by_what_people_see(session: SimulatedSession) -> None:
    session.fill(Locator(placeholder="搜索商品", exact=True), "茶")
    assert session.data()["wanted"] == "茶"
    said = Locator(id="said")
    for buy, id in (
        (Locator(label="买茶", exact=True), 7),
        (Locator(label="买咖啡"), 8),
        (Locator(css="button", data=None, has_text="买", nth=0), 7),
        (Locator(text="买", exact=True, within=Locator(css=".card", has_text="咖啡")), 8),
        (Locator(css="button", within=Locator(data={"id": "7"}, nth=0)), 7),
        (Locator(xpath="//view[@data-id='8']/button"), 8),
    ):
        session.tap(buy)
        assert session.text(said) == f"买了 {id}", str(buy)
    assert session.texts_of(Locator(css=".name")) == ["茶", "咖啡"]
    assert session.attribute(Locator(css=".card", nth=1), "data-id") == "8"


def test_going_about(session: SimulatedSession) -> None:
    session.switch_tab("pages/mine/mine")
    session.arrive("pages/mine/mine", after=Text(zh="切换", en="switching"))
    session.open("pages/list/list?from=code")
    assert session.text(".title") == "code"
    session.scroll_to(Locator(text="全部删除"))
    with session.dialog() as dialog:
        session.tap(Locator(text="全部删除"))
    assert dialog.text == "删除 真的吗"
    assert session.text("#said") == "已删除"
    with session.dialog(accept=False):
        session.tap("#end")
    assert session.text("#said") == "保留"
    with pytest.raises(PageFault, match="opens no dialog"), session.dialog():
        pass


@pytest.mark.parametrize(
    ("element", "there"),
    [
        (Locator(text="全部清除"), "'全部删除'"),
        (Locator(label="买奶茶"), "'买茶'"),
        (Locator(id="sayd"), "'said'"),
        (".crd", "'card'"),
        (Locator(placeholder="查找"), "'搜索商品'"),
        (Locator(data={"id": "9"}), 'data-id="7"'),
    ],
)
def test_what_the_page_has_instead(session: SimulatedSession, element: object, there: str) -> None:
    with pytest.raises(PageFault, match="has no") as caught:
        session.tap(element)  # type: ignore[arg-type]
    assert there in str(caught.value)


def test_several_are_a_question_to_the_test(session: SimulatedSession) -> None:
    with pytest.raises(DriverError, match=r"2 elements of the mini-program's page .* are 'css=\.name'"):
        session.tap(Locator(css=".name"))


def test_page_objects(session: SimulatedSession, tmp_path: Path) -> None:
    (tmp_path / "miniprogram.yaml").write_text(PAGES, encoding="utf-8")
    page = load(tmp_path, USUAL).page("goods", session)
    page.open(source="share")
    page.arrive(after=Text(zh="打开", en="opening"))
    assert page.rows("goods") == [
        {"name": "茶", "price": "12.00", "buy": "买"},
        {"name": "咖啡", "price": "9.90", "buy": "买"},
    ]
    page.row("goods", name="咖啡").tap("buy")
    assert page.text("said") == "买了 8"
    with pytest.raises(PageFault, match="2 rows: 茶"):
        page.row("goods", name="奶茶")
