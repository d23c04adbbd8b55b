"""Replacing what ``wx`` answers."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("mocks.result", "App.mockWxMethod with a result: the app's own call gets it, by callback and promise")
def result(probe: Probe) -> Seen:
    probe.call("App.mockWxMethod", method="getNetworkType", result={"networkType": "mocked"})
    by_promise = probe.js("() => wx.getNetworkType().then((res) => res.networkType)")
    by_callback = probe.js(
        "() => new Promise((done) => wx.getNetworkType({ success: (res) => done(res.networkType) }))"
    )
    probe.call("App.mockWxMethod", method="getNetworkType")
    return Seen(["mocked", "mocked"], [by_promise, by_callback])


@check("mocks.sync", "a Sync method can be mocked by a result")
def sync(probe: Probe) -> Seen:
    probe.call("App.mockWxMethod", method="getStorageSync", result="mocked")
    seen = probe.js("() => wx.getStorageSync('any')")
    probe.call("App.mockWxMethod", method="getStorageSync")
    return Seen("mocked", seen)


@check("mocks.function", "a mock may be a function of the call's options and its own arguments")
def function(probe: Probe) -> Seen:
    declaration = "function (options, extra) { return { errMsg: 'ok', key: options.key + extra } }"
    probe.call("App.mockWxMethod", method="getStorage", functionDeclaration=declaration, args=["!"])
    seen = probe.js(
        "() => new Promise((done) => wx.getStorage({ key: 'k', success: (res) => done(res.key) }))"
    )
    probe.call("App.mockWxMethod", method="getStorage")
    return Seen("k!", seen)


@check("mocks.restore", "App.mockWxMethod with neither restores the method")
def restore(probe: Probe) -> Seen:
    probe.wx("setStorageSync", "real", 1)
    probe.call("App.mockWxMethod", method="getStorageSync", result="mocked")
    mocked = probe.js("() => wx.getStorageSync('real')")
    probe.call("App.mockWxMethod", method="getStorageSync")
    return Seen(["mocked", 1], [mocked, probe.js("() => wx.getStorageSync('real')")])


@check("mocks.redefine", "properties of wx can be redefined, as minium does to hook them")
def redefine(probe: Probe) -> Seen:
    script = """() => { const real = wx.getStorageSync
      Object.defineProperty(wx, 'getStorageSync', { configurable: true, get: () => () => 'hooked' })
      const seen = wx.getStorageSync('x')
      Object.defineProperty(wx, 'getStorageSync', { configurable: true, writable: true, value: real })
      return seen }"""
    return Seen("hooked", probe.js(script))
