"""``wx``: results, error messages and callbacks of the interfaces a business app uses most."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check

ASK = """() => { const app = getApp(); app.answer = 'open'
  getCurrentPages()[0].ask().then((res) => { app.answer = res.confirm }) }"""


@check("wx_calls.sync", "App.callWxMethod gives what a Sync method returns; the platform is devtools")
def sync(probe: Probe) -> Seen:
    info = probe.wx("getSystemInfoSync")
    numbers = [isinstance(info[name], int | float) for name in ("windowWidth", "windowHeight", "pixelRatio")]
    return Seen(["devtools", [True, True, True]], [info["platform"], numbers])


@check("wx_calls.storage", "storage keeps values with their types")
def storage(probe: Probe) -> Seen:
    value = {"a": [1, "b"], "c": None}
    probe.wx("setStorageSync", "conformance", value)
    got = probe.wx("getStorage", {"key": "conformance"})
    return Seen(
        [value, value, "getStorage:ok"],
        [probe.wx("getStorageSync", "conformance"), got["data"], got["errMsg"]],
    )


@check("wx_calls.storage-missing", "a key that is not there: empty text from Sync, a fail from the other")
def storage_missing(probe: Probe) -> Seen:
    seen = [probe.wx("getStorageSync", "nothing"), probe.wx_refusal("getStorage", {"key": "nothing"})]
    return Seen(["", "getStorage:fail data not found"], seen)


@check("wx_calls.storage-info", "getStorageInfoSync lists the keys; removing one takes it off")
def storage_info(probe: Probe) -> Seen:
    probe.wx("setStorageSync", "kept", 1)
    before = "kept" in probe.wx("getStorageInfoSync")["keys"]
    probe.wx("removeStorageSync", "kept")
    return Seen([True, False], [before, "kept" in probe.wx("getStorageInfoSync")["keys"]])


@check("wx_calls.unknown", "an interface that does not exist is refused as 'wx.x not exists'")
def unknown(probe: Probe) -> Seen:
    return Seen("wx.nothingLikeIt not exists", probe.wx_refusal("nothingLikeIt"))


@check("wx_calls.promise", "called without callbacks an interface gives a promise")
def promise(probe: Probe) -> Seen:
    seen = probe.js("() => wx.setStorage({ key: 'p', data: 1 }).then((res) => res.errMsg)")
    return Seen("setStorage:ok", seen)


@check("wx_calls.callbacks", "called with callbacks it calls success, then complete, and gives no promise")
def callbacks(probe: Probe) -> Seen:
    script = """() => new Promise((done) => {
      const order = []
      const given = wx.setStorage({ key: 'p', data: 1,
        success: () => order.push('success'), fail: () => order.push('fail'),
        complete: () => { order.push('complete'); setTimeout(() => done([order, given === undefined]), 0) } })
    })"""
    return Seen([["success", "complete"], True], probe.js(script))


@check("wx_calls.fail-callbacks", "a failing call calls fail, then complete, with one errMsg")
def fail_callbacks(probe: Probe) -> Seen:
    script = """() => new Promise((done) => {
      const order = []
      wx.getStorage({ key: 'nothing', success: () => order.push('success'),
        fail: (res) => order.push('fail ' + res.errMsg), complete: (res) => { order.push(res.errMsg); done(order) } })
    })"""
    return Seen(["fail getStorage:fail data not found", "getStorage:fail data not found"], probe.js(script))


@check("wx_calls.toast", "showToast and hideToast answer ok")
def toast(probe: Probe) -> Seen:
    seen = [probe.wx("showToast", {"title": "done"})["errMsg"], probe.wx("hideToast")["errMsg"]]
    return Seen(["showToast:ok", "hideToast:ok"], seen)


@check("wx_calls.bar", "setNavigationBarTitle answers ok")
def bar(probe: Probe) -> Seen:
    return Seen("setNavigationBarTitle:ok", probe.wx("setNavigationBarTitle", {"title": "New"})["errMsg"])


@check("wx_calls.clipboard", "the clipboard gives back what was put there")
def clipboard(probe: Probe) -> Seen:
    probe.wx("setClipboardData", {"data": "copied"})
    return Seen("copied", probe.wx("getClipboardData")["data"])


@check("wx_calls.account", "getAccountInfoSync names the app id")
def account(probe: Probe) -> Seen:
    account = probe.wx("getAccountInfoSync")["miniProgram"]
    return Seen([True, "develop"], [bool(account["appId"]), account["envVersion"]])


@check("wx_calls.launch-options", "getLaunchOptionsSync tells the first page")
def launch(probe: Probe) -> Seen:
    options = probe.wx("getLaunchOptionsSync")
    return Seen([HOME, {}], [options["path"], options["query"]])


@check("wx_calls.capsule", "getMenuButtonBoundingClientRect gives the capsule's place")
def capsule(probe: Probe) -> Seen:
    rect = probe.wx("getMenuButtonBoundingClientRect")
    sound = rect["right"] - rect["left"] == rect["width"] and rect["bottom"] - rect["top"] == rect["height"]
    return Seen([True, True], [sound, rect["width"] > 0])


@check("wx_calls.selector-query", "createSelectorQuery measures an element as it is drawn")
def selector_query(probe: Probe) -> Seen:
    script = """() => new Promise((done) => wx.createSelectorQuery().select('#box').boundingClientRect()
      .selectAll('.row').fields({ dataset: true, id: true }).exec((res) =>
        done([res[0].width, res[0].height, res[1].length, res[1][2].dataset.id])))"""
    return Seen([120, 40, 3, 3], probe.js(script))


@check("wx_calls.next-tick", "nextTick runs after the setData before it")
def next_tick(probe: Probe) -> Seen:
    script = """() => new Promise((done) => { const page = getCurrentPages()[0]
      page.setData({ count: 8 }); wx.nextTick(() => done(page.data.count)) })"""
    return Seen(8, probe.js(script))


@check("wx_calls.set-data-callback", "setData calls back once it is drawn")
def callback(probe: Probe) -> Seen:
    script = """() => new Promise((done) => { const page = getCurrentPages()[0]
      page.setData({ count: 8 }, () => done(page.data.count)) })"""
    return Seen(8, probe.js(script))


@check("wx_calls.files", "the file system keeps what is written under USER_DATA_PATH")
def files(probe: Probe) -> Seen:
    script = """() => { const files = wx.getFileSystemManager(), path = wx.env.USER_DATA_PATH + '/c.txt'
      files.writeFileSync(path, '字', 'utf8'); const text = files.readFileSync(path, 'utf8')
      const size = files.statSync(path).size; files.unlinkSync(path)
      let gone = ''; try { files.readFileSync(path, 'utf8') } catch (error) { gone = error.message }
      return [text, size, gone.includes('no such file or directory')] }"""
    return Seen(["字", 3, True], probe.js(script))


@check("wx_calls.base64", "arrayBufferToBase64 and base64ToArrayBuffer are each other's inverse")
def base64(probe: Probe) -> Seen:
    return Seen("aGk=", probe.js("() => wx.arrayBufferToBase64(wx.base64ToArrayBuffer('aGk='))"))


@check("wx_calls.login", "login gives a code that is not the same twice")
def login(probe: Probe) -> Seen:
    first, second = (probe.wx("login")["code"] for _ in range(2))
    return Seen([True, True], [bool(first), first != second])


@check("wx_calls.network", "getNetworkType names one of the platform's types")
def network(probe: Probe) -> Seen:
    kinds = ["wifi", "2g", "3g", "4g", "5g", "unknown", "none"]
    return Seen(True, probe.wx("getNetworkType")["networkType"] in kinds)


@check("wx_calls.domain", "request to a host that is not in the domain list fails and says so")
def domain(probe: Probe) -> Seen:
    said = probe.wx_refusal("request", {"url": "https://not-in-the-list.example/"})
    return Seen("request:fail url not in domain list", str(said).partition(":https")[0].strip())


@check("wx_calls.modal-waits", "showModal answers only when somebody has pressed a button")
def modal(probe: Probe) -> Seen:
    probe.js(ASK)
    before = probe.js("() => getApp().answer")
    probe.settled(lambda: probe.call("Tool.native", method="confirmModal", data={}), {})
    return Seen(["open", True], [before, probe.settled(lambda: probe.js("() => getApp().answer"), True)])
