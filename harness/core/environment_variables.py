"""The environment variables of a process that runs code of a mini-program: what the process needs, and no secret.

Owns the list. Variables of a developer or of CI hold passwords and tokens; a process that has none of them can lose
none, and neither can the browser that it starts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

NEEDED = frozenset(
    {
        # Programs, folders and the language of this machine.
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"),
        *(
            "SYSTEMROOT",
            "WINDIR",
            "SYSTEMDRIVE",
            "COMSPEC",
            "PATHEXT",
            "USERPROFILE",
            "APPDATA",
            "LOCALAPPDATA",
        ),
        *(
            "HOMEDRIVE",
            "HOMEPATH",
            "PROGRAMDATA",
            "PROGRAMFILES",
            "PROGRAMFILES(X86)",
            "PROCESSOR_ARCHITECTURE",
        ),
        *("NUMBER_OF_PROCESSORS", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
        # Windows on a screen, and fonts.
        *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "LIBGL_ALWAYS_SOFTWARE"),
        *("FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"),
        # Python, the measure of its coverage, and the browser.
        *("VIRTUAL_ENV", "__PYVENV_LAUNCHER__", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"),
        *("HARNESS_CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH", "PLAYWRIGHT_NODEJS_PATH", "CHROME_DEVEL_SANDBOX"),
    }
)
PREFIXES = ("LC_", "XDG_", "PYTHON")
KEPT = "LINKAGE_HARNESS_VARIABLES_KEPT"
# Also what its logs and traces are masked by. Masking itself is not imported: a process that starts anew does it twice.
OURS = (KEPT, "LINKAGE_HARNESS_MASKING", "LINKAGE_HARNESS_DIGEST_KEY")


def needed(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of ``environ`` that the simulator and its browser need."""
    return {
        name: value
        for name, value in environ.items()
        if name in OURS or name.upper() in NEEDED or name.upper().startswith(PREFIXES)
    }


def keep_needed() -> None:
    """Let this process have no other variables.

    Where it was started with others, it starts anew: those that a process begins with stay readable as long as it runs
    (/proc/self/environ).
    """
    kept = needed(os.environ)
    if kept.keys() == os.environ.keys():
        return
    if os.name == "posix" and KEPT not in kept:
        # The mark: a variable that the system itself adds must not start it anew for ever.
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**kept, KEPT: "1"})
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
