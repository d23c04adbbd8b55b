"""Runs the simulator and an app that tries every way out where nothing but the loopback and a trap exists.

``unshare --map-root-user --net python -m tests.support.no_network APP``: one line of JSON. The trap is the only
way out of the network namespace; what it carried is what left the machine. It is tried first with a packet of
our own, so that a trap that is broken does not look like a machine that is silent.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

from harness.automator.client import SimulatorClient
from harness.core.polling import poll
from tests.support.simulator import simulating

OUTSIDE = "198.51.100.7"


def command(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True, text=True)


def set_trap() -> None:
    command("ip", "link", "set", "lo", "up")
    command("ip", "link", "add", "trap", "type", "veth", "peer", "name", "pit")
    for link in ("trap", "pit"):
        # No IPv6: the kernel itself would speak, to look for neighbours.
        Path(f"/proc/sys/net/ipv6/conf/{link}/disable_ipv6").write_text("1", encoding="ascii")
        command("ip", "link", "set", link, "up")
    command("ip", "addr", "add", "198.51.100.1/24", "dev", "trap")
    command("ip", "route", "add", "default", "dev", "trap")
    # A neighbour that is known: nobody has to ask for it.
    command("ip", "neigh", "add", OUTSIDE, "lladdr", "02:00:00:00:00:07", "dev", "trap")


class Pit:
    """The other end of the trap: what came through it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self._socket.bind(("pit", 0))
        self._socket.setblocking(False)
        self.packets: list[str] = []

    def look(self) -> list[str]:
        while True:
            try:
                frame = self._socket.recv(2048)
            except BlockingIOError:
                return self.packets
            self.packets.append(describe(frame))


def describe(frame: bytes) -> str:
    kind, packet = frame[12:14].hex(), frame[14:]
    if kind != "0800":
        return f"a frame of kind {kind}"
    transport, target = packet[9], ".".join(map(str, packet[16:20]))
    port = int.from_bytes(packet[(packet[0] & 15) * 4 + 2 :][:2], "big")
    return f"{({6: 'TCP', 17: 'UDP'}).get(transport, transport)} to {target}:{port}"


def main() -> None:
    set_trap()
    pit = Pit()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.sendto(b"x", (OUTSIDE, 3478))
    tried = list(poll(pit.look, bool, within=5).value)
    pit.packets.clear()
    with simulating(Path(sys.argv[1])) as simulator, SimulatorClient(simulator.ready["control"]) as control:
        app = control.new_app({"openid": "oNowhere"}, launch_path="pages/ways/ways")
        with SimulatorClient(app.endpoint, deadline=90) as client:
            page = client.call("App.getCurrentPage")["pageId"]
            params = {"pageId": page, "method": "tryAll", "args": [OUTSIDE]}
            ended = client.call("Page.callMethod", params)["result"]
            drawn = len(client.screenshot())
    said = {"tried": tried, "left": pit.look(), "ended": ended, "drawn": drawn}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
