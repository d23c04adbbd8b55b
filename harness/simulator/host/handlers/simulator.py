"""The ``Simulator`` domain: ours, for opening apps as people and for seeing what happened in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.core.errors import ProtocolError
from harness.core.validation import first_invalid
from harness.simulator.device.wechat_users import WeChatUser
from harness.simulator.host.handlers.call import DONE, Call, Handler, Result
from harness.simulator.settings import Device

Model = TypeVar("Model", bound=BaseModel)


def _read(model: type[Model], name: str, given: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        raise ProtocolError(f"{name}.{first_invalid(error)}") from None


async def get_info(call: Call) -> Result:
    return await call.host.info()


async def new_app(call: Call) -> Result:
    person = _read(WeChatUser, "person", call.params["person"])
    device = call.params.get("device")
    listener, app, boot_ms = await call.host.new_app(
        person,
        storage=call.params.get("storage"),
        path=call.params.get("launchPath"),
        query=call.params.get("query"),
        answers=call.params.get("answers"),
        device_state=call.host.device_state(person, call.params.get("deviceState") or {}),
        device=None if device is None else _read(Device, "device", {**call.host.device, **device}),
    )
    return {"port": listener.port, "endpoint": listener.endpoint, "route": app.route, "bootMs": boot_ms}


async def close_app(call: Call) -> Result:
    port = call.params["port"]
    if call.host.app(port) is call.own_app:
        call.connection.afterwards(lambda: call.host.close_app(port))
    else:
        await call.host.close_app(port)
    return DONE


async def set_trace(call: Call) -> Result:
    call.app.phone.trace = dict(call.params["headers"])
    return DONE


async def set_answer(call: Call) -> Result:
    call.app.phone.answers.set(call.params["api"], call.params["answer"])
    return DONE


async def set_device_state(call: Call) -> Result:
    await call.app.change_device_state(call.params["deviceState"])
    return DONE


async def set_foreground(call: Call) -> Result:
    enter = {name: call.params[name] for name in ("scene", "path", "query") if name in call.params}
    await call.app.move(call.params["foreground"], enter)
    return DONE


async def device_event(call: Call) -> Result:
    params = {"event": call.params["event"], "detail": call.params.get("detail", {})}
    return await call.app.call("Host.deviceEvent", params)


async def get_apis(call: Call) -> Result:
    return await call.app.call("Host.apis", {})


async def get_effects(call: Call) -> Result:
    return {"effects": list(call.app.phone.effects)}


async def touch(call: Call) -> Result:
    points = [(float(point["x"]), float(point["y"])) for point in call.params["points"]]
    if not points:
        raise ProtocolError("points: expected at least one point")
    await call.app.touch(points, float(call.params.get("holdMs", 0)) / 1000)
    return DONE


async def keys(call: Call) -> Result:
    text, key = call.params.get("text"), call.params.get("key")
    if (text is None) == (key is None):
        raise ProtocolError("expected either text or key")
    await call.app.keys(text=text, key=key)
    return DONE


async def back(call: Call) -> Result:
    await call.app.call("Host.back", {})
    return DONE


async def get_findings(call: Call) -> Result:
    return await call.app.findings()


async def get_measures(call: Call) -> Result:
    return await call.app.call("Host.measures", {})


async def get_tree(call: Call) -> Result:
    return await call.app.tree()


async def start_tracing(call: Call) -> Result:
    await call.app.start_tracing()
    return DONE


async def stop_tracing(call: Call) -> Result:
    return {"path": str(await call.app.stop_tracing(Path(call.params["path"])))}


async def screenshot(call: Call) -> Result:
    return {"data": await call.app.screenshot()}


async def shutdown(call: Call) -> Result:
    call.connection.afterwards(call.host.end)
    return DONE


HANDLERS: Mapping[str, Handler] = {
    "Simulator.getInfo": get_info,
    "Simulator.newApp": new_app,
    "Simulator.closeApp": close_app,
    "Simulator.setTrace": set_trace,
    "Simulator.setAnswer": set_answer,
    "Simulator.setDeviceState": set_device_state,
    "Simulator.setForeground": set_foreground,
    "Simulator.deviceEvent": device_event,
    "Simulator.getApis": get_apis,
    "Simulator.getEffects": get_effects,
    "Simulator.touch": touch,
    "Simulator.keys": keys,
    "Simulator.back": back,
    "Simulator.getFindings": get_findings,
    "Simulator.getMeasures": get_measures,
    "Simulator.getTree": get_tree,
    "Simulator.startTracing": start_tracing,
    "Simulator.stopTracing": stop_tracing,
    "Simulator.screenshot": screenshot,
    "Simulator.shutdown": shutdown,
}
