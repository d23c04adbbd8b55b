"""The ``Tool`` domain: what WeChat DevTools itself answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from harness.automator.spec import load_spec
from harness.core.errors import BrokenError, ProtocolError
from harness.simulator.host.handlers.call import DONE, Call, Handler, Result, not_simulated


async def get_info(call: Call) -> Result:
    spec = load_spec()
    return {"version": spec.tool_version, "SDKVersion": spec.sdk_version}


async def close(call: Call) -> Result:
    call.connection.close_soon()
    return DONE


async def native(call: Call) -> Result:
    """Native dialogues: failures are told inside the result, which is where minium looks."""
    method, data = call.params["method"], call.params.get("data")
    action = NATIVE.get(method)
    if action is None:
        return {"error": {"message": load_spec().error("native_missing", method=method)}}
    try:
        await action(call, data if isinstance(data, Mapping) else {})
    except (ProtocolError, BrokenError) as error:
        return {"error": {"message": str(error)}}
    return DONE


async def get_test_accounts(call: Call) -> Result:
    person = call.app.phone.person
    return {"accounts": [{"nickName": person.nick_name, "openid": person.openid}]}


async def clear_auth(call: Call) -> Result:
    """Forgets what the person answered and allowed: the next API that asks them asks anew."""
    call.app.phone.answers.by_api.clear()
    await call.app.call("Host.forgetPermissions", {})
    return DONE


async def _confirm(call: Call, _: Mapping[str, Any]) -> None:
    await call.app.press_dialogue(action="confirm")


async def _cancel(call: Call, _: Mapping[str, Any]) -> None:
    await call.app.press_dialogue(action="cancel")


async def _press_text(call: Call, data: Mapping[str, Any]) -> None:
    """A button by its text: minium wraps what it looks for once more."""
    wanted = data.get("data")
    text = wanted.get("text") if isinstance(wanted, Mapping) else None
    await call.app.press_dialogue(text=str(text))


async def _go_home(call: Call, _: Mapping[str, Any]) -> None:
    await call.app.go_home()


async def _navigate_left(call: Call, _: Mapping[str, Any]) -> None:
    await call.app.call("Host.back", {})


async def _switch_tab(call: Call, data: Mapping[str, Any]) -> None:
    url = "/" + str(data.get("url", "")).lstrip("/")
    await call.app.call("App.callWxMethod", {"method": "switchTab", "args": [{"url": url}]})


NATIVE: Mapping[str, Callable[[Call, Mapping[str, Any]], Awaitable[None]]] = {
    "confirmModal": _confirm,
    "cancelModal": _cancel,
    "authorizeAllow": _confirm,
    "authorizeCancel": _cancel,
    "shareConfirm": _confirm,
    "shareCancel": _cancel,
    "closePaymentDialog": _cancel,
    "confirmConfirm": _confirm,
    "confirmCancel": _cancel,
    "clickCoverView": _press_text,
    "goHome": _go_home,
    "navigateLeft": _navigate_left,
    "switchTab": _switch_tab,
}

HANDLERS: Mapping[str, Handler] = {
    "Tool.getInfo": get_info,
    "Tool.close": close,
    "Tool.native": native,
    "Tool.getTestAccounts": get_test_accounts,
    "Tool.clearAuth": clear_auth,
    "Tool.enableRemoteDebug": not_simulated,
    "Tool.resetRemoteDebug": not_simulated,
    "Tool.stopAudits": not_simulated,
    "Tool.getTicket": not_simulated,
    "Tool.setTicket": not_simulated,
    "Tool.refreshTicket": not_simulated,
}
