"""Public names of minium the table leaves out, each with the reason; no name stands here and in a row."""

from __future__ import annotations

PHONE = "needs a phone: in the IDE driver it raises NotImplementedError or does nothing"
OWN = "minium's own bookkeeping: nothing reaches the mini-program"
PLAYERS = "audio and live streams are not simulated; the tag is drawn as a placeholder that says so"
SKYLINE = "Skyline is not simulated; every method of it raises in minium 1.6.1 itself"
CLOUD = "cloud functions and containers are not simulated"
REPORT = "audits are made by WeChat DevTools itself; answered `Tool.stopAudits unimplemented` at once"
REMOTE = "connects a phone to DevTools; answered `unimplemented` at once"
LAUNCH = (
    "starts, logs in to or closes WeChat DevTools through its command line, which `harness` stands in for"
)
BROKEN = "raises in minium 1.6.1 itself, whatever the other side answers"
ALONE = "ends what it is called on: has a test of its own in test_minium.py"

LEFT_OUT: dict[str, str] = {
    "App.release": OWN,
    "App.exit": ALONE,
    "App.stop_audits": REPORT,
    "App.mock_call_function": CLOUD,
    "App.mock_call_function_once": CLOUD,
    "App.mock_call_container": CLOUD,
    "App.mock_call_container_once": CLOUD,
    "App.restore_call_function": CLOUD,
    "App.restore_call_container": CLOUD,
    "App.edit_editor_text": "<editor> is not simulated; the tag is drawn as a placeholder that says so",
    "BaseElement.slide": BROKEN,
    "WXMinium.app": "every other row uses it",
    "WXMinium.native": "every row of IdeNative uses it",
    "WXMinium.enable_remote_debug": REMOTE,
    "WXMinium.reset_remote_debug": REMOTE,
    "WXMinium.stop_audits": REPORT,
    "WXMinium.launch_weapp": REMOTE,
    "WXMinium.close_project": LAUNCH,
    "WXMinium.launch_dev_tool": LAUNCH,
    "WXMinium.launch_dev_tool_with_login": LAUNCH,
    "WXMinium.connect_dev_tool": "every connection of the table makes it",
    "WXMinium.shutdown": ALONE,
    "WXMinium.release": "stop_audits and shutdown, one after the other",
    "WXMinium.wait_app_relaunch": OWN,
    "WXMinium.is_app_relaunching": OWN,
    **{f"AudioElement.{name}": PLAYERS for name in ("set_src", "play", "pause", "seek")},
    **{f"IdeNative.{name}": OWN for name in ("mini", "release", "is_in_wechat", "back_to_miniprogram")},
    **{
        f"IdeNative.{name}": PHONE
        for name in (
            "start_wechat",
            "stop_wechat",
            "connect_weapp",
            "pick_media_file",
            "forward_miniprogram",
            "send_custom_message",
            "phone_call",
            "deactivate",
            "get_authorize_settings",
            "back_from_authorize_setting",
            "authorize_page_checkbox_enable",
            "check_connected",
            "check_connection",
            "click_coordinate",
            "close_local_debug_modal",
            "get_pay_value",
            "get_perf_data",
            "get_start_up",
            "get_websocket_debugger_url",
            "hide_keyboard",
            "input_pay_password",
            "is_app_in_foreground",
            "start_get_perf",
            "start_get_start_up",
            "stop_get_perf",
            "stop_get_start_up",
            "text_click",
            "text_exists",
        )
    },
}

CLASSES_LEFT_OUT = {"LivePlayerElement": PLAYERS, "LivePusherElement": PLAYERS, "SkylinePage": SKYLINE}
