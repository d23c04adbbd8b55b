"""The app service: JavaScript evaluated in the realm the app's own code runs in."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("service.values", "App.callFunction gives numbers, texts, lists, objects and null as they are")
def values(probe: Probe) -> Seen:
    wanted = {"number": 1.5, "text": "字", "list": [1, [2]], "nothing": None, "yes": True}
    return Seen(wanted, probe.js("(value) => value", wanted))


@check("service.undefined", "undefined is an absent result, not an error")
def undefined(probe: Probe) -> Seen:
    return Seen([], sorted(probe.call("App.callFunction", functionDeclaration="() => undefined", args=[])))


@check("service.forms", "a function may be an arrow, a named function, or async")
def forms(probe: Probe) -> Seen:
    seen = [
        probe.js("(a, b) => a + b", 1, 2),
        probe.js("function sum(a, b) { return a + b }", 3, 4),
        probe.js("async (a) => { await Promise.resolve(); return a }", 5),
        probe.js("\n  // a comment\n  function () { return 6 };"),
    ]
    return Seen([3, 7, 5, 6], seen)


@check("service.promise", "a promise is waited for")
def promise(probe: Probe) -> Seen:
    return Seen("late", probe.js("() => new Promise((done) => setTimeout(() => done('late'), 50))"))


@check("service.thrown", "what the function throws is the error's message")
def thrown(probe: Probe) -> Seen:
    said = probe.refusal(
        "App.callFunction", functionDeclaration="() => { throw new Error('no way') }", args=[]
    )
    return Seen(True, "no way" in str(said))


@check("service.realm", "the function shares getApp, getCurrentPages and wx with the app")
def realm(probe: Probe) -> Seen:
    probe.js("() => { getApp().globalData.mark = 5 }")
    seen = probe.js("() => [getApp().globalData.mark, getCurrentPages()[0].route, typeof wx.request]")
    return Seen([5, HOME, "function"], seen)


@check("service.fresh-stack", "getCurrentPages gives a fresh list each time")
def fresh(probe: Probe) -> Seen:
    return Seen(
        [1, False],
        probe.js(
            "() => { const a = getCurrentPages(); a.pop(); const b = getCurrentPages(); return [b.length, a === b] }"
        ),
    )


@check("service.global-kept", "what is put on global is there in the next call")
def kept(probe: Probe) -> Seen:
    probe.js("() => { global.__conformance = 9 }")
    return Seen(9, probe.js("() => global.__conformance"))


@check("service.config", "__wxConfig names pages, tabs and account as minium reads them")
def config(probe: Probe) -> Seen:
    script = """() => [__wxConfig.pages[0], __wxConfig.tabBar.list.map((tab) => tab.text),
      typeof __wxConfig.accountInfo.appId]"""
    return Seen([HOME, ["Home", "Mine"], "string"], probe.js(script))


@check("service.concurrent", "a call that waits holds no other call up")
def concurrent(probe: Probe) -> Seen:
    probe.js(
        "() => { const app = getApp(); app.open = null; app.gate = new Promise((done) => { app.open = done }) }"
    )
    waiting = probe.wire.begin("App.callFunction", {"functionDeclaration": "() => getApp().gate", "args": []})
    meanwhile = probe.js("() => { getApp().open('opened'); return 'meanwhile' }")
    return Seen(["meanwhile", "opened"], [meanwhile, probe.wire.finish(waiting).get("result")])
