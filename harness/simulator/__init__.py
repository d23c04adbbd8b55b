"""Runs a mini-program without WeChat DevTools: a process of its own around one Chromium.

``python -m harness.simulator`` starts it; it answers WeChat's automation protocol on one port per app and our
``Simulator`` domain on each. The page runtime (``runtime/``, TypeScript) runs the app inside the browser;
everything here is the phone and the desk around it.
"""
