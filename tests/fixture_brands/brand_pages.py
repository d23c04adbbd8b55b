"""The pages of the shop, of its staff and of the outlet. PAGE_FAULT: see page-faults.yaml.

CAPTCHA=off: staff log in without one. SAMPLES: with something to sell.
"""

from __future__ import annotations

import os
import random
import sqlite3
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any

from aiohttp import web
from brand_sessions import Site, Visit

PASSWORDS = {"li": "li-2026", "han": "han-2026", "clerk": "clerk-2026"}
FAULT = os.environ.get("PAGE_FAULT", "")
CAPTCHA = os.environ.get("CAPTCHA", "on") != "off"
CHINA = timezone(timedelta(hours=8))
SHOP = Site(
    "index.php", "光与木家居", "item/list", "user/login", {"全部商品": "item/list", "我的订单": "order/list"}
)
STAFF = Site(
    "admin.php", "店务系统", "goods/list", "site/login", {"商品管理": "goods/list", "订单管理": "order/list"}
)
OUTLET = Site(
    "outlet.php",
    "省点儿奥莱",
    "goods/index",
    "account/signin",
    {"今日特卖": "goods/index", "已购清单": "purchase/mine"},
)


def yuan(fen: int) -> str:
    return f"{fen / 100:.2f}"


def when(placed: str) -> str:
    return datetime.fromisoformat(placed).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def sample(database: sqlite3.Connection) -> None:
    """Something to sell, for who looks at the pages."""
    if database.execute("select 1 from items").fetchone() is None:
        for name, price, stock in [("橡木台灯", 24900, 12), ("亚麻抱枕", 5950, 40), ("胡桃木托盘", 12800, 3)]:
            sql = "insert into items (name, price, stock, listed) values (?, ?, ?, 1)"
            database.execute(sql, [name, price, stock])


class Shared:
    """What the pages do: the functions of the API, on the same database."""

    def __init__(self, database: sqlite3.Connection, **functions: Any) -> None:
        self.database = database
        self.item, self.order, self.buy = (functions[name] for name in ("item", "order", "buy"))
        self.cancel, self.edit, self.add = (functions[name] for name in ("cancel", "edit", "add"))
        self.goods = functions["goods"]

    def name_of(self, order: sqlite3.Row) -> str:
        return str(self.item(f"i-{order['item']}")["name"])

    def select(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self.database.execute(sql, values).fetchall()


def log_in(visit: Visit, name: str, password: str, *allowed: str) -> web.Response | None:
    if name in allowed and visit.form.get(password) == PASSWORDS[name]:
        return visit.enter(name, "")
    return None


def shop(shared: Shared) -> None:
    @SHOP.on("user/login", all=True)
    async def login(visit: Visit) -> Any:
        if visit.posted:
            name = visit.form.get("LoginForm[username]", "")
            entered = log_in(visit, name, "LoginForm[password]", "li", "han")
            return entered or visit.go("user/login", "用户名或密码错误")
        inner = (
            '<h2>用户登录</h2><label for="u">用户名</label><input id="u" name="LoginForm[username]" required>'
            '<label for="p">密码</label><input id="p" type="password" name="LoginForm[password]" required>'
            "<button>登 录</button>"
        )
        return f'<div class="login">{visit.post("user/login", inner)}</div>'

    @SHOP.on("user/logout", all=True)
    async def logout(visit: Visit) -> Any:
        return visit.leave()

    @SHOP.on("item/list", all=True)
    async def items(visit: Visit) -> Any:
        found = shared.select("select * from items where listed order by id desc limit 24")
        cards = [
            f'<div class="item"><h3>{visit.link(one["name"], "item/view", id="i-" + str(one["id"]))}</h3>'
            f'<div class="price">¥{yuan(one["price"])}</div>库存 {one["stock"]} 件</div>'
            for one in found
        ]
        return f'<div class="items">{"".join(cards) or "暂无商品"}</div>'

    @SHOP.on("item/view", all=True)
    async def view(visit: Visit) -> Any:
        one = shared.item(visit.request.query.get("id", ""))
        counts = "".join(f"<option>{count}</option>" for count in range(1, 6))
        label = "加入心愿单" if FAULT == "buy-button-renamed" else "立即购买"
        inner = f'<label>数量 <select name="quantity">{counts}</select></label> <button>{label}</button>'
        buy = visit.post("order/create", inner, id=f"i-{one['id']}") if one["listed"] else "商品已下架"
        return (
            f'<h1>{escape(one["name"])}</h1><p class="price">¥{yuan(one["price"])}</p>'
            f"<p>库存 {one['stock']} 件</p>{buy}"
        )

    @SHOP.on("order/create")
    async def create(visit: Visit) -> Any:
        id = visit.request.query["id"]
        try:
            made = shared.buy(visit.user, id, int(visit.form["quantity"]))
        except web.HTTPConflict:
            return visit.go("item/view", "库存不足", id=id)
        return visit.go("order/list", f"下单成功，订单号 {made['id']}")

    @SHOP.on("order/list")
    async def orders(visit: Visit) -> Any:
        sql = "select * from orders where member = ? order by placed desc"
        lines = []
        for one in shared.select(sql, visit.user):
            total = one["total"] // one["quantity"] if FAULT == "total-of-one-piece" else one["total"]
            more = "return confirm('确定取消该订单？')"
            cancel = visit.post(
                "order/cancel", "<button>取消订单</button>", f'onsubmit="{more}"', id=one["id"]
            )
            name, placed = escape(shared.name_of(one)), one["status"] == "placed"
            cells = [one["id"], name, one["quantity"], f"¥{yuan(total)}", "待发货" if placed else "已取消"]
            cells += [when(one["placed"]), cancel if placed else ""]
            lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
        heads = "".join(
            f"<th>{head}</th>" for head in ("订单号", "商品", "数量", "金额", "状态", "下单时间", "操作")
        )
        return f"<h2>我的订单</h2><table><tr>{heads}</tr>{''.join(lines)}</table>"

    @SHOP.on("order/cancel")
    async def cancel(visit: Visit) -> Any:
        try:
            shared.cancel(shared.order(visit.request.query["id"], visit.user))
        except web.HTTPConflict:
            return visit.go("order/list", "该订单已取消")
        return visit.go("order/list", "订单已取消")


def staff(shared: Shared) -> None:
    @STAFF.on("site/captcha", all=True)
    async def captcha(visit: Visit) -> Any:
        visit.session["captcha"] = code = f"{random.randrange(10000):04d}"
        text = f'<text x="9" y="25" font-size="24">{code}</text>'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="34">{text}</svg>'
        return web.Response(text=svg, content_type="image/svg+xml")

    @STAFF.on("site/login", all=True)
    async def login(visit: Visit) -> Any:
        if visit.posted:
            if CAPTCHA and visit.form.get("captcha") != visit.session.pop("captcha", None):
                return visit.go("site/login", "验证码错误")
            entered = log_in(visit, visit.form.get("login", ""), "pwd", "clerk")
            return entered or visit.go("site/login", "工号或口令错误")
        field = f'验证码 <img src="{visit.url("site/captcha")}" alt="验证码"><input name="captcha" aria-label="验证码">'
        inner = (
            '工号<input name="login" placeholder="请输入工号">'
            '口令<input name="pwd" type="password" placeholder="请输入口令">'
        )
        form = visit.post("site/login", inner + field * CAPTCHA + '<input type="submit" value="进入">')
        return f'<div class="login">{form}</div>'

    @STAFF.on("user/logout", all=True)
    async def logout(visit: Visit) -> Any:
        return visit.leave()

    def line(visit: Visit, one: sqlite3.Row, page: int, edited: bool) -> str:
        id, ticked = f"i-{one['id']}", "checked" if one["listed"] else ""
        cells = [
            id,
            escape(one["name"]),
            yuan(one["price"]),
            one["stock"],
            "在售" if one["listed"] else "下架",
        ]
        cells.append(visit.link("编辑", "goods/list", page=page, edit=id))
        if edited:  # its fields belong to the form by their attribute: a form cannot be around cells
            values = {"name": escape(one["name"]), "price": yuan(one["price"]), "stock": one["stock"]}
            cells[1:4] = [f'<input form="f" name="{key}" value="{value}">' for key, value in values.items()]
            cells[4] = f'<input form="f" type="checkbox" name="listed" value="1" {ticked}>'
            cells[5] = visit.post("goods/save", "<button>保存</button>", 'id="f"', id=id, page=page)
            cells[5] += " " + visit.link("放弃", "goods/list", page=page)
        return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"

    @STAFF.on("goods/list")
    async def goods(visit: Visit) -> Any:
        page, edit = int(visit.request.query.get("page", 1)), visit.request.query.get("edit")
        [count] = shared.select("select count(*) from items")[0]
        found = shared.select("select * from items order by id limit 10 offset ?", 10 * (page - 1))
        lines = "".join(line(visit, one, page, edit == f"i-{one['id']}") for one in found)
        links = [
            f"<b>{number}</b>" if number == page else visit.link(str(number), "goods/list", page=number)
            for number in range(1, max(1, -(-count // 10)) + 1)
        ]
        asked = (("name", "名称"), ("price", "售价"), ("stock", "库存"))
        fields = "".join(f'{text} <input name="{key}"> ' for key, text in asked)
        heads = "".join(f"<th>{head}</th>" for head in ("编号", "名称", "售价（元）", "库存", "状态", "操作"))
        form = visit.post("goods/add", fields + "<button>新增</button>")
        new = f"<fieldset><legend>新增商品</legend>{form}</fieldset>"
        return f'{new}<table><tr>{heads}</tr>{lines}</table><div class="pages">共 {count} 条 {" ".join(links)}</div>'

    def values(form: dict[str, str]) -> dict[str, Any]:
        return {"name": form["name"], "price": round(float(form["price"]) * 100), "stock": int(form["stock"])}

    @STAFF.on("goods/add")
    async def add(visit: Visit) -> Any:
        return visit.go("goods/list", f"已新增 i-{shared.add(**values(visit.form))['id']}")

    @STAFF.on("goods/save")
    async def save(visit: Visit) -> Any:
        changed = values(visit.form) | {"listed": visit.form.get("listed") == "1"}
        if FAULT == "edited-price-not-saved":
            del changed["price"]
        shared.edit(visit.request.query["id"], changed)
        return visit.go("goods/list", "保存成功", page=visit.request.query.get("page", 1))

    @STAFF.on("order/list")
    async def orders(visit: Visit) -> Any:
        lines = "".join(
            f"<tr><td>{one['id']}</td><td>i-{one['item']}</td><td>{one['member']}</td><td>{one['quantity']}</td>"
            f"<td>{yuan(one['total'])}</td><td>{one['status']}</td><td>{when(one['placed'])}</td></tr>"
            for one in shared.select("select * from orders order by placed desc limit 20")
        )
        heads = "".join(
            f"<th>{head}</th>" for head in ("单号", "商品", "会员", "件数", "金额", "状态", "时间")
        )
        return f"<table><tr>{heads}</tr>{lines}</table>"


def outlet(shared: Shared) -> None:
    @OUTLET.on("account/signin", all=True)
    async def sign_in(visit: Visit) -> Any:
        if visit.posted:
            entered = log_in(visit, visit.form.get("member", ""), "secret", "li", "han")
            return entered or visit.go("account/signin", "会员名和密码对不上，再试试")
        inner = (
            '<h2>会员登录</h2><p><input name="member" placeholder="会员名"></p>'
            '<p><input name="secret" type="password" placeholder="密码"></p><button>进入奥莱</button>'
        )
        return visit.post("account/signin", inner)

    @OUTLET.on("user/logout", all=True)
    async def sign_out(visit: Visit) -> Any:
        return visit.leave()

    @OUTLET.on("goods/index", all=True)
    async def index(visit: Visit) -> Any:
        ids = shared.select("select id from items where listed order by id desc limit 15")
        found = [shared.goods(f"i-{id}") for [id] in ids]
        return "<h1>今日特卖</h1>" + "".join(
            f'<div class="line"><span>{escape(one["label"])}</span><span>{one["amount"]} 元</span>'
            f"<em>{visit.link('去看看', 'goods/detail', sku=one['sku'])}</em></div>"
            for one in found
        )

    @OUTLET.on("goods/detail", all=True)
    async def detail(visit: Visit) -> Any:
        one = shared.goods(visit.request.query.get("sku", ""))
        left = "所剩无几" if 0 < one["left"] < 5 else f"还剩 {one['left']}"
        inner = '<input name="count" type="number" min="1" max="5" value="1" aria-label="件数"> <button>抢购</button>'
        return f'<h1>{escape(one["label"])}</h1><p class="big">{one["amount"]} 元</p><p>{left}</p>' + (
            visit.post("purchase/new", inner, sku=one["sku"]) if one["left"] else "抢光了"
        )

    @OUTLET.on("purchase/new")
    async def purchase(visit: Visit) -> Any:
        sku = visit.request.query["sku"]
        try:
            made = shared.buy(visit.user, sku, int(visit.form["count"]))
        except web.HTTPConflict:
            return visit.go("goods/detail", "手慢了，不够啦", sku=sku)
        return visit.go("purchase/mine", f"抢到了！单号 {made['id']}")

    @OUTLET.on("purchase/mine")
    async def mine(visit: Visit) -> Any:
        found = shared.select("select * from orders where member = ? order by placed desc", visit.user)
        texts = {
            "placed": "备货中",
            "cancelled": "备货中" if FAULT == "cancelled-shown-as-open" else "已关闭",
        }
        return "<h1>已购清单</h1>" + "".join(
            f'<div class="line"><span>{escape(shared.name_of(one))}</span>'
            f"<span>×{one['quantity']}</span><span>{yuan(one['total'])} 元</span><em>{texts[one['status']]}</em></div>"
            for one in found
        )


def routes(role: str, shared: Shared) -> list[web.RouteDef]:
    for fill in (shop, staff) if role == "shop" else (outlet,):
        fill(shared)
    if role == "shop" and os.environ.get("SAMPLES"):
        sample(shared.database)
    sites = (SHOP, STAFF) if role == "shop" else (OUTLET,)
    home = sites[0].script

    async def root(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"/{home}"})

    made = [web.route(way, f"/{site.script}", site.answer) for site in sites for way in ("GET", "POST")]
    return [web.get("/", root), *made]
