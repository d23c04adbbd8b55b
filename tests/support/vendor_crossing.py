"""How data crosses between two vendors' backends: after ``lag`` seconds. ``faults`` go wrong on the way."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.traffic.fault_injection import InjectedFaults


@dataclass
class Crossing:
    """The data of both, and how it crosses. ``crossed`` says between
    which moments each change came to be seen (monotonic).
    """

    faults: set[str] = field(default_factory=set)
    lag: float = 0.03
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    goods: dict[str, dict[str, Any]] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    left: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    bills: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, str] = field(default_factory=dict)
    old: dict[str, dict[str, Any]] = field(default_factory=dict)
    crossed: list[tuple[float, float]] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    pending: int = 0
    obstructed: bool = False
    injected: InjectedFaults = field(default_factory=InjectedFaults)
    asked: threading.local = field(default_factory=threading.local)
    held: list[Callable[[], None]] = field(default_factory=list)
    reads: int = 0
    sent: int = 0
    earned_at: dict[str, float] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def has(self, fault: str) -> bool:
        return fault in self.faults

    # crossing

    def cross(self, apply: Callable[[], None], lag: float | None = None) -> None:
        """Let ``apply`` happen on the other side after the lag."""
        if self.obstructed:
            if not self.has("outage-loses"):
                self.held.append(apply)
            return
        wait = self.lag if lag is None else lag
        fault = self.injected.take("POST", getattr(self.asked, "trace", None))
        if fault is not None:
            self.injected.note(fault)
        if fault is not None and fault.kind == "lose" and self.has("gives-up"):
            return
        if fault is not None and fault.kind in ("duplicate", "lose-answer"):
            self.later(apply, wait + max(fault.seconds, 0.05))
        if fault is not None and fault.kind in ("delay", "lose"):
            wait += max(fault.seconds, 0.05)
        self.later(apply, wait)

    def later(self, apply: Callable[[], None], wait: float) -> None:
        self.pending += 1
        due = time.monotonic() + wait

        def late() -> None:
            with self.lock:
                began = time.monotonic()
                apply()
                self.crossed.append((began, time.monotonic()))
                self.pending -= 1

        timer = threading.Timer(max(0.0, due - time.monotonic()), late)
        timer.daemon = True
        timer.start()

    def deliver(self) -> None:
        """What could not be delivered for a while."""
        for apply in self.held:
            self.cross(apply)
        self.held.clear()

    def send_product(self, product: dict[str, Any], change: dict[str, Any]) -> None:
        self.sent += 1
        new = product["sku"] not in self.goods
        if self.has("lost") and not new:
            return
        if self.has("lost-new") and self.sent % 4 == 0 and new:
            return
        if self.has("never-withdrawn") and product["on_sale"] is False:
            return
        told = dict(product)
        if self.has("cut"):
            told["name"] = told["name"][:20]
        if self.has("rounded"):
            told["price"] = told["price"] // 100 * 100

        number = self.sent
        in_order = not self.faults & {"overtaken", "doubled-late", "delayed-wins", "repeat-wins"}

        def apply() -> None:
            before = self.goods.get(told["sku"])
            if in_order and before is not None and before["number"] > number:
                return  # what was sent later is here already
            told["number"] = number
            if self.has("restored-lost") and before is not None:
                told["on_sale"] = told["on_sale"] and before["on_sale"]
            if self.has("one-field") and before is not None:
                told["price"] = before["price"]
            if before is not None:
                self.old[told["sku"]] = before
            if self.has("goods-twice") and before is not None and before["number"] == number:
                self.goods[f"{told['sku']}-2"] = {**told, "product_id": f"{told['product_id']}00"}
            self.goods[told["sku"]] = told

        overtaken = self.has("overtaken") and "name" in change and self.sent % 3 == 0
        self.cross(apply, 0.6 if overtaken else 6.0 if self.has("late") and not new else None)
        if self.has("doubled-late") and self.sent % 3 == 2:
            self.cross(lambda: self.goods.__setitem__(told["sku"], told), 0.5)

    def send_order(self, order: dict[str, Any]) -> None:
        told = dict(order)
        if self.has("status-forgotten") and order["version"] > 1:
            return
        if self.has("order-dropped") and len(self.orders) % 3 == 0:
            return

        def apply() -> None:
            self._take_over(self.bills, told)
            if self.has("points-by-delivery") and told["status"] == "paid":
                self.entries[told["user"]].append(told["total"] // 100)

        self.cross(apply)

    def send_bill(self, bill: dict[str, Any]) -> None:
        told = dict(bill)
        if self.has("no-way-back"):
            return
        self.cross(lambda: self._take_over(self.orders, told))

    def _take_over(self, there: dict[str, dict[str, Any]], told: dict[str, Any]) -> None:
        """Unless a later version is known."""
        number = told["order_no"]
        known = there.get(number)
        if known is not None and known["version"] == told["version"] and self.has("told-twice"):
            there[f"{number}-2"] = {**told, "order_no": f"{number}-2"}
        is_later = known is None or told["version"] > known["version"]
        if self.has("version-text") and known is not None:
            is_later = str(told["version"]) > str(known["version"])
        if is_later:
            there[number] = told
