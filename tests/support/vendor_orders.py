"""What two vendors share: the stock, the points, and what orders take of both and give back."""

from __future__ import annotations

import time
from typing import Any

from tests.support.vendor_crossing import Crossing

DEAR = 40_000
Order = dict[str, Any]


class Orders(Crossing):
    """Each order is changed where it was made; both sides take from one stock and one ledger.

    With ``stock-apart``, the mall counts what is left by itself, and each side tells the other by how much it changed.
    With ``stock-told-late``, what an order takes is shown after the lag, and what is set is shown at once.
    With ``booked-late``, points come and go after the lag. With ``dear-only``, nothing cheap can be ordered.
    """

    def set_stock(self, sku: str, count: int) -> None:
        """What the website's staff say is there."""
        change, self.stock[sku] = count - self.stock[sku], count
        self.told[sku] = count
        self.tell_stock("website", sku, change)

    def shown(self, side: str, sku: str) -> int:
        """What a side shows to be left."""
        if self.has("stock-told-late"):
            return self.told[sku]
        return self.counted(side)[sku]

    def counted(self, side: str) -> dict[str, int]:
        return self.left if side == "mall" and self.has("stock-apart") else self.stock

    def tell_stock(self, side: str, sku: str, change: int) -> None:
        """The other side hears by how much a side's stock changed."""
        if self.has("stock-apart"):
            there = self.counted("mall" if side == "website" else "website")
            self.cross(lambda: there.__setitem__(sku, there[sku] + change))

    def take(self, sku: str, quantity: int, side: str = "website") -> bool:
        """Take from the stock; False where there is not enough."""
        if self.has("stock-apart") or self.has("stock-told-late"):
            return self.take_apart(sku, quantity, side)
        enough = self.stock[sku] >= quantity
        if self.has("oversold"):
            time.sleep(0.05)
        if not enough:
            return False
        left = self.stock[sku] - quantity
        self.stock[sku] = max(0, left) if self.has("oversold") else left
        return True

    def take_apart(self, sku: str, quantity: int, side: str) -> bool:
        if self.counted(side)[sku] < quantity:
            return False
        self.give(sku, -quantity, side)
        return True

    def give(self, sku: str, quantity: int, side: str) -> None:
        """Give back to the stock, or take from it."""
        self.counted(side)[sku] += quantity
        self.tell_stock(side, sku, quantity)
        if self.has("stock-told-late"):
            self.later(lambda: self.told.__setitem__(sku, self.told[sku] + quantity), self.lag)

    def order(
        self, user: str, sku: str, quantity: int, gift: str | None, points: int, side: str = "website"
    ) -> Order | None:
        """None where there is not enough of anything, or it is off sale."""
        if self.has("oversold"):
            if not self.take(sku, quantity, side):
                return None
        with self.lock:
            bought = [
                next(item for item in self.products.values() if item["sku"] == one)
                for one in (sku, gift)
                if one is not None
            ]
            if self.has("dear-only") and bought[0]["price"] < DEAR:
                return None
            if not all(item["on_sale"] for item in bought) and not self.has("sold-withdrawn"):
                return None
            if self.spendable(user) < points:
                return None
            if not self.has("oversold") and not self.take(sku, quantity, side):
                return None
            if gift and not self.take(
                gift, min(1, self.stock[gift]) if self.has("gift-unchecked") else 1, side
            ):
                self.give(sku, quantity, side)
                return None
            self.book(user, -points)
            return {
                "order_no": f"o{len(self.orders) + len(self.bills) + 1}-{time.monotonic_ns()}",
                "user": user,
                "sku": sku,
                "quantity": quantity,
                "gift": gift,
                "points": points,
                "earned": 0,
                "total": bought[0]["price"] * quantity + sum(item["price"] for item in bought[1:]) - points,
                "refunds": [],
                "status": "unpaid",
                "version": 1,
            }

    def spendable(self, user: str) -> int:
        amounts = self.entries[user]
        return sum(amount for amount in amounts if amount > 0) if self.has("overspent") else sum(amounts)

    def book(self, user: str, amount: int) -> None:
        if amount and self.has("booked-late"):
            self.later(lambda: self.entries[user].append(amount), self.lag)
        elif amount:
            self.entries[user].append(amount)

    def paid(self, order: Order) -> Order:
        earned = order["total"] // 100
        now, last = time.monotonic(), self.earned_at.get(order["user"], 0.0)
        self.earned_at[order["user"]] = now
        if not self.has("points-by-delivery") and not (self.has("earned-once-a-second") and now < last + 1):
            self.book(order["user"], earned - 1 if self.has("points-rounded") else earned)
        return {**order, "status": "paid", "earned": earned, "version": order["version"] + 1}

    def cancelled(self, order: Order, side: str = "website") -> Order:
        self._give_back(order, side)
        return {**order, "status": "cancelled", "version": order["version"] + 1}

    def refunded(self, order: Order, amount: int, key: str) -> Order:
        refunds = [*order["refunds"], {"key": key, "amount": amount}]
        after = {**order, "refunds": refunds, "version": order["version"] + 1}
        if sum(refund["amount"] for refund in refunds) < order["total"]:
            return after
        self._give_back(order, "website")
        if not self.has("refund-keeps-points"):
            self.book(order["user"], -order["earned"])
        return {**after, "status": "refunded", "earned": 0}

    def _give_back(self, order: Order, side: str) -> None:
        self.give(order["sku"], order["quantity"], side)
        if order["gift"]:
            self.give(order["gift"], 1, side)
        self.book(order["user"], order["points"])

    def ledger(self, user: str, balance: str, entries: str) -> dict[str, Any]:
        amounts = self.entries[user]
        total = sum(amounts) + (1 if self.has("ledger-off") and amounts else 0)
        return {balance: total, entries: [{"amount": amount} for amount in amounts]}
