(() => {
  const API = "https://api.site-vendor.example";
  const root = document.getElementById("root");
  const state = { key: sessionStorage.getItem("key"), products: [], orders: [], loading: 0, message: "", pieces: {} };
  const STATUS = { open: "Unpaid 待付款", paid: "Paid 已付款" };

  const money = (cents) => `¥${(cents / 100).toFixed(2)}`;
  const safe = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const time = (iso) => new Date(iso).toLocaleString("en-GB", { timeZone: "Asia/Shanghai" });

  async function call(method, path, body) {
    state.loading += 1;
    render();
    try {
      const headers = { ...(state.key && { "X-Key": state.key }), ...(body && { "Content-Type": "application/json" }) };
      const response = await fetch(API + path, { method, headers, body: body && JSON.stringify(body) });
      if (!response.ok) throw response.status;
      return await response.json();
    } finally {
      state.loading -= 1;
      render();
    }
  }

  function failed(status) {
    const texts = { 401: "Invalid access key 密钥无效", 403: "Not allowed 没有权限", 404: "Not found 已下架" };
    state.message = texts[status] || "Network error, 请稍后重试";
    render();
  }

  async function loadProducts() {
    const { products } = await (await fetch("products.json")).json();
    state.products = await Promise.all(products.map((id) => call("GET", `/catalogue/products/${id}`)));
    render();
  }

  async function loadOrders() {
    const { orders } = await call("GET", "/orders");
    state.orders = orders;
    render();
  }

  const actions = {
    async enter() {
      state.key = document.querySelector("[name=key]").value.trim();
      try {
        await call("GET", "/orders");
      } catch (status) {
        state.key = null;
        throw status;
      }
      sessionStorage.setItem("key", state.key);
      location.hash = "#/products";
    },
    exit() {
      sessionStorage.removeItem("key");
      Object.assign(state, { key: null, orders: [] });
      location.hash = "#/login";
    },
    async buy(id) {
      const { number } = await call("POST", "/orders", { product: id, pieces: Number(state.pieces[id] || 1) });
      location.hash = "#/orders";
      state.message = `Order ${number} placed 下单成功`;
    },
    async pay(id) {
      await call("PUT", `/orders/${id}/payment`);
      state.message = "Payment received 支付成功";
      return loadOrders(); // paid
    },
    refresh: () => loadOrders(),
    async create() {
      const [name, price] = ["name", "price"].map((field) => document.querySelector(`[name=${field}]`).value);
      await call("POST", "/catalogue/products", { name, price: { cents: Math.round(price * 100), currency: "CNY" } });
      state.message = `${name} published 已发布`;
      return loadProducts();
    },
  };

  const views = {
    login: () => `<section class="card small"><h2>Sign in 登录</h2>
      <input name="key" type="password" placeholder="Access key 访问密钥">
      <button data-do="enter">Sign in</button></section>`,

    products: () => `<section class="card"><h2>Products 商品</h2>
      ${state.key === "editor" ? `<p class="new"><input name="name" placeholder="Name"> <input name="price" placeholder="Price ¥">
        <button data-do="create">Publish 发布</button></p>` : ""}
      <div class="grid">${state.products.map((one) => `<article><h3>${safe(one.name)}</h3>
        <small>${one.code}</small><p class="price">${money(one.price.cents)}</p>
        ${state.key === "editor" ? "" : `<input type="number" min="1" max="9" aria-label="Pieces of ${safe(one.name)}"
          data-pieces="${one.uuid}" value="${state.pieces[one.uuid] || 1}"> <button data-do="buy" data-id="${one.uuid}">Buy 购买</button>`}
      </article>`).join("")}</div></section>`,

    orders: () => `<section class="card"><h2>My orders 我的订单</h2><button class="ghost" data-do="refresh">Refresh 刷新</button>
      ${state.orders.map((one) => `<div class="order"><b>${one.number}</b><span>${one.product} × ${one.pieces}</span>
        <span class="price">${money(one.total.cents)}</span><span>${time(one.placed)}</span>
        <i class="${one.status}">${STATUS[one.status]}</i>
        ${one.status === "open" ? `<button data-do="pay" data-id="${one.order}">Pay now 去支付</button>` : ""}</div>`).join("")
        || "<p>No orders yet. 暂无订单</p>"}</section>`,
  };

  /** Everything anew, after each answer. */
  function render() {
    const page = location.hash.slice(2);
    const menu = state.key ? `<a href="#/products">Products</a><a href="#/orders">Orders</a>
      <a href="#/login" data-do="exit">Sign out</a>` : "";
    root.innerHTML = `<header><b>Leaf &amp; Cup 叶与杯</b>${menu}</header>
      ${state.message ? `<div class="message">${safe(state.message)}</div>` : ""}
      ${state.loading && page !== "login" ? '<div class="loading">Loading… 加载中</div>' : views[page]()}`;
  }

  function route() {
    const page = location.hash.slice(2);
    if (!(page in views) || (!state.key && page !== "login")) {
      location.hash = state.key ? "#/products" : "#/login";
      return;
    }
    render();
    if (page === "products") loadProducts().catch(failed);
    if (page === "orders") loadOrders().catch(failed);
  }

  root.addEventListener("click", (event) => {
    const { do: action, id } = event.target.dataset;
    state.message = "";
    if (!action) return;
    event.preventDefault();
    Promise.resolve(actions[action](id)).catch(failed);
  });
  root.addEventListener("input", ({ target }) => {
    if (target.dataset.pieces) state.pieces[target.dataset.pieces] = target.value;
  });
  addEventListener("hashchange", route);
  route();
})();
