"""Rows of ``App``."""

from __future__ import annotations

import time

from harness.core.polling import poll
from tests.minium_methods.registry import Context, method


@method(["App.app_id", "App.get_account_info_sync"], "App.callWxMethod")
def who_the_app_is(w: Context) -> None:
    assert w.app.get_account_info_sync().result.result.miniProgram.appId == "wx00000000probe000"
    assert w.app.app_id == w.js("() => wx.getAccountInfoSync().miniProgram.appId")


@method(["App.env", "App.is_injected"], "App.callFunction")
def the_environment_is_checked(w: Context) -> None:
    assert w.app.env["injected"] is True
    assert w.app.is_injected is w.js("() => typeof global.__minium__ === 'object'")


@method("App.pixel_ratio", "App.callWxMethod")
def pixel_ratio(w: Context) -> None:
    w.app._pixel_ratio = None
    assert w.app.pixel_ratio == w.js("() => wx.getWindowInfo().pixelRatio") > 1


@method(["App.main_page_path", "App.get_all_pages_path"], "App.callFunction")
def pages_of_the_app(w: Context) -> None:
    assert w.app.main_page_path == "/pages/start/start"
    assert w.app.get_all_pages_path() == w.js("() => __wxConfig.pages")


@method("App.enable_log", "App.callFunction")
def console_lines_come(w: Context) -> None:
    heard = w.listener()
    w.app.enable_log()
    w.app.add_observer("App.logAdded", heard)
    try:
        w.app.evaluate("() => console.info('said to the log', {n: 1})", sync=True)
        assert heard.first() == {"type": "info", "args": ["said to the log", {"n": 1}]}
    finally:
        w.app.remove_observer("App.logAdded", heard)


@method(["App.add_observer", "App.remove_observer"], "App.callFunction")
def observers_come_and_go(w: Context) -> None:
    first, second = w.listener(), w.listener()
    w.app.add_observer("App.exceptionThrown", first)
    w.app.evaluate("() => { setTimeout(() => { throw new Error('one') }) }", sync=True)
    assert first.first()["message"] == "one"
    w.app.remove_observer("App.exceptionThrown", first)
    w.app.add_observer("App.exceptionThrown", second)
    w.app.evaluate("() => { setTimeout(() => { throw new Error('two') }) }", sync=True)
    assert second.first()["message"] == "two"
    w.app.remove_observer("App.exceptionThrown", second)
    assert [told["message"] for told in first.messages] == ["one"]


@method("App.on_exception_thrown", "Element.tap")
def exceptions_are_told(w: Context) -> None:
    heard = w.listener()
    w.app.on_exception_thrown(heard)
    try:
        w.page.get_element("#throw").tap()
        told = heard.first()
        assert told["message"] == "the probe threw"
        assert "pages/start/start.js" in told["stack"]
    finally:
        w.app.remove_observer("App.exceptionThrown")


@method("App.expose_function", "App.addBinding")
def the_app_calls_the_test(w: Context) -> None:
    heard = w.listener()
    w.app.expose_function("tellTheTest", heard)
    w.app.evaluate("() => tellTheTest(1, {two: 2})", sync=True)
    assert heard.first()["args"] == [1, {"two": 2}]


@method("App.screen_shot", "App.captureScreenshot")
def screenshots(w: Context) -> None:
    def two() -> tuple[bytes, bytes]:
        return w.app.screen_shot(format="raw"), w.app.screen_shot(format="raw")

    # A page that has just opened may still be drawing.
    rest = poll(two, lambda pair: pair[0] == pair[1], within=5)
    assert rest.satisfied
    before = rest.value[0]
    assert before.startswith(b"\x89PNG")
    w.js("() => { const p = getCurrentPages(); p[0].setData({count: 888}) }")
    assert w.app.screen_shot(format="raw") != before


@method("App.call_wx_method", "App.callWxMethod")
def wx_methods(w: Context) -> None:
    w.app.call_wx_method("setStorageSync", ["colour", {"red": 1}])
    assert w.js("() => wx.getStorageSync('colour')") == {"red": 1}
    assert w.app.call_wx_method("getStorage", [{"key": "colour"}]).result.result.data == {"red": 1}


@method(["App.call_wx_method_async", "App.get_async_response"], "App.callWxMethod")
def wx_methods_without_waiting(w: Context) -> None:
    asked = w.app.call_wx_method_async("showModal", [{"title": "Wait", "content": "?"}])
    w.soon(lambda: w.js("() => 'still here'"), "still here")
    assert w.mini.native.handle_modal("确定")
    answer = w.app.get_async_response(asked, 5).result.result
    assert (answer.confirm, answer.cancel) == (True, False)


@method("App.get_current_page", "App.getCurrentPage", "App.callFunction")
def the_current_page(w: Context) -> None:
    page = w.app.get_current_page()
    other = w.other.call("App.getCurrentPage")
    assert (page.page_id, page.path, page.query) == (other["pageId"], "/" + other["path"], {})


@method("App.CurrentPage", "Page.getData")
def the_page_that_is_always_the_one_on_top(w: Context) -> None:
    on_top = w.mini.page
    assert on_top.data["count"] == 0
    w.open("second", "?from=x")
    w.soon(lambda: on_top.path, "/pages/second/second")

    def origin() -> object:
        data = on_top.data  # for a moment the property itself: minium loads the page it hands out meanwhile
        return data if isinstance(data, property) else data["from"]

    w.soon(origin, "x")


@method("App.evaluate", "App.callFunction")
def scripts(w: Context) -> None:
    ran = w.app.evaluate(
        "async function (a, b) { return [a + b, getCurrentPages().length] }", [1, 2], sync=True
    )
    assert ran.result.result == [3, 1]
    asked = w.app.evaluate("() => { getApp().marked = 5 }")
    w.app.get_async_response(asked, 5)
    assert w.js("() => getApp().marked") == 5


@method("App.get_page_stack", "App.callFunction")
def the_page_stack(w: Context) -> None:
    w.open("second", "?from=x")
    assert [page.path.lstrip("/") for page in w.app.get_page_stack()] == w.routes()
    assert w.app.get_page_stack()[1].query == {"from": "x"}


@method("App.navigate_to", "App.callWxMethod")
def navigate_to(w: Context) -> None:
    page = w.app.navigate_to("/pages/second/second", {"from": "there"})
    assert page.path == "/pages/second/second"
    assert w.routes() == ["pages/start/start", "pages/second/second"]
    assert w.data("from") == "there"


@method("App.redirect_to", "App.callWxMethod", page="second")
def redirect_to(w: Context) -> None:
    assert w.app.redirect_to("/pages/form/form").path == "/pages/form/form"
    assert w.routes() == ["pages/form/form"]


@method(["App.relaunch", "App.go_to"], "App.callWxMethod", page="second")
def relaunch(w: Context) -> None:
    w.app.relaunch("/pages/second/second?from=anew")
    assert (w.routes(), w.data("from")) == (["pages/second/second"], "anew")
    w.app.go_to("/pages/start/start")
    assert w.routes() == ["pages/start/start"]


@method("App.navigate_back", "App.callWxMethod")
def navigate_back(w: Context) -> None:
    w.open("second")
    w.open("form")
    began = time.monotonic()
    assert w.app.navigate_back(2).path == "/pages/start/start"
    assert time.monotonic() - began < 4, "it did not hear that the route had changed, and waited its 5 s"
    assert w.routes() == ["pages/start/start"]
    assert w.data("shown") == 2


@method("App.switch_tab", "App.callWxMethod")
def switch_tab(w: Context) -> None:
    assert w.app.switch_tab("/pages/tab/tab").path == "/pages/tab/tab"
    assert w.routes() == ["pages/tab/tab"]


@method("App.go_home", "App.callWxMethod", page="second")
def go_home(w: Context) -> None:
    w.app.go_home()
    assert w.routes() == ["pages/start/start"]


@method("App.wait_for_page", "Element.tap")
def wait_for_page(w: Context) -> None:
    w.page.get_element("#open").tap()
    assert w.app.wait_for_page("/pages/second/second", 5) is True
    assert w.routes()[-1] == "pages/second/second"
    assert w.app.wait_for_page("/pages/form/form", 1) is False


def requests_have_ended(w: Context) -> bool:
    """Within a second; minium gives up in the same moment as its script in the app says no."""
    from minium.framework.exception import MiniTimeoutError

    try:
        return bool(w.app.wait_util(0, 1))
    except MiniTimeoutError:
        return False


@method("App.wait_util", "App.callFunction", page="asking")
def wait_until_requests_have_ended(w: Context) -> None:
    assert w.app.wait_util(0, 3) is True
    w.js("() => { getApp().slow = wx.request({url: 'https://api.probe.example/slow'}) }")
    assert requests_have_ended(w) is False
    w.js("() => getApp().slow.abort()")
    assert w.app.wait_util(0, 3) is True


@method("App.wait_page_done", "App.callFunction")
def wait_page_done(w: Context) -> None:
    w.app.wait_page_done()
    assert w.app.get_current_page().path == "/pages/start/start"


@method(["App.get_perf_time", "App.stop_get_perf_time"], "App.callFunction")
def performance_entries(w: Context) -> None:
    w.app.get_perf_time(["navigation"])
    w.open("second")
    entries = w.app.stop_get_perf_time()
    route = next(entry for entry in entries if entry["name"] == "route")
    assert (route["entryType"], route["path"]) == ("navigation", "pages/second/second")
    assert route["duration"] > 0


@method(["App.hook_wx_method", "App.release_hook_wx_method"], "App.addBinding", "App.callFunction")
def hooks_of_wx_methods(w: Context) -> None:
    before, after, called_back = w.listener(), w.listener(), w.listener()
    hook = w.app.hook_wx_method("getStorage", before=before, after=after, callback=called_back)
    w.js("() => { wx.setStorageSync('k', 'v'); return wx.getStorage({key: 'k'}) }")
    assert before.first() == [{"key": "k"}]
    assert called_back.first()[0]["data"] == "v"
    w.app.release_hook_wx_method("getStorage", hook)
    w.js("() => wx.getStorage({key: 'k'})")
    assert len(before.messages) == 1


@method(
    ["App.hook_current_page_method", "App.release_hook_current_page_method"],
    "App.addBinding",
    "App.callFunction",
)
def hooks_of_page_methods(w: Context) -> None:
    heard = w.listener()
    w.app.hook_current_page_method("add", heard)
    page = w.page
    page.get_element("#add").tap()
    assert heard.first()[0]["type"] == "tap"
    w.soon(lambda: w.data("count"), 1)
    w.app.release_hook_current_page_method("add")
    page.get_element("#add").tap()
    w.soon(lambda: w.data("count"), 2)
    assert len(heard.messages) == 1


@method("App.mock_wx_method", "App.callFunction")
def mocks_of_wx_methods(w: Context) -> None:
    w.app.mock_wx_method("scanCode", result={"result": "4711", "errMsg": "scanCode:ok"})
    assert w.js("() => wx.scanCode({}).then(r => r.result)") == "4711"
    w.app.mock_wx_method(
        "scanCode", functionDeclaration="(o) => ({result: 'q' + o.n, errMsg: 'scanCode:ok'})"
    )
    assert w.js("() => wx.scanCode({n: 1}).then(r => r.result)") == "q1"
    w.app.restore_wx_method("scanCode")


@method("App.restore_wx_method", "App.callFunction")
def mocks_are_taken_back(w: Context) -> None:
    w.js("() => wx.setStorageSync('k', 'real')")
    w.other.call("App.callFunction", {"functionDeclaration": "() => 1"})
    w.app.mock_wx_method("getStorageSync", result="mocked")
    assert w.js("() => wx.getStorageSync('k')") == "mocked"
    w.app.restore_wx_method("getStorageSync")
    assert w.js("() => wx.getStorageSync('k')") == "real"


@method(["App.mock_request", "App.restore_request"], "App.callFunction")
def mocks_of_requests(w: Context) -> None:
    ask = "() => new Promise(r => wx.request({url: 'https://api.probe.example/things', complete: r}))"
    w.app.mock_request("api.probe.example/things", success={"data": {"mocked": True}, "statusCode": 200})
    assert w.js(ask)["data"] == {"mocked": True}
    assert w.js(ask)["data"] == {"mocked": True}
    w.app.restore_request()
    assert w.js(ask)["data"]["path"] == "/things"


@method("App.mock_request_once", "App.callFunction")
def mocks_of_one_request(w: Context) -> None:
    ask = "() => new Promise(r => wx.request({url: 'https://api.probe.example/things', complete: r}))"
    w.app.mock_request_once({"url": ".*things"}, fail="no network")
    assert w.js(ask)["errMsg"] == "request:fail no network"
    assert w.js(ask)["statusCode"] == 200
    w.app.restore_request()


@method("App.mock_show_modal", "App.mockWxMethod")
def mocks_of_modals(w: Context) -> None:
    w.app.mock_show_modal(answer=False)
    assert w.js("() => wx.showModal({title: 't'}).then(r => r.confirm)") is True
    w.app.mock_show_modal(answer=True)
    assert w.js("() => wx.showModal({title: 't'}).then(r => r.cancel)") is True
    w.other.call("App.mockWxMethod", {"method": "showModal"})


@method("App.mock_get_location", "App.mockWxMethod")
def mocks_of_locations(w: Context) -> None:
    w.app.mock_get_location(latitude=31.2, longitude=121.5)
    found = w.js("() => wx.getLocation({type: 'gcj02'})")
    assert (found["latitude"], found["longitude"]) == (31.2, 121.5)
    w.other.call("App.mockWxMethod", {"method": "getLocation"})


@method("App.mock_show_action_sheet", "App.mockWxMethod")
def mocks_of_action_sheets(w: Context) -> None:
    w.app.mock_show_action_sheet(2)
    assert w.js("() => wx.showActionSheet({itemList: ['a', 'b', 'c']}).then(r => r.tapIndex)") == 2
    w.other.call("App.mockWxMethod", {"method": "showActionSheet"})


PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CHOSEN = """() => new Promise((resolve, reject) => wx.chooseImage({count: 1, fail: reject, success: (chosen) => {
  resolve(wx.getFileSystemManager().readFileSync(chosen.tempFilePaths[0], 'base64'))
}}))"""


@method(["App.mock_choose_image", "App.mock_choose_images", "App.reflesh_mocked_images"], "App.callFunction")
def mocks_of_chosen_pictures(w: Context) -> None:
    assert w.app.mock_choose_image("dot.png", PIXEL) is True
    assert w.js(CHOSEN) == PIXEL


@method("App.mock_choose_image_with_name", "App.callFunction")
def mocks_of_named_pictures(w: Context) -> None:
    w.app.reflesh_mocked_images(mock_images={"other.png": PIXEL})
    assert w.app.mock_choose_image_with_name("other.png") is True
    assert w.js(CHOSEN) == PIXEL


@method(["App.get_modals", "App.get_unhandle_modal"], "App.callFunction", page="asking")
def which_modals_were_open(w: Context) -> None:
    w.page.get_element("#showModal").tap()
    w.soon(lambda: bool(w.app.get_unhandle_modal()), True)
    assert w.mini.native.handle_modal("确定")
    w.soon(lambda: bool(w.app.get_unhandle_modal()), False)
    assert w.app.get_modals()
    assert '"confirm":true' in w.data("said")
