// One clinic in three processes: a gateway before records (the website's data) and the front desk (the mini-program's).
// Records decides about seats; what changes there is told to the desk, in order, until it is taken. FAULT: see faults.yaml.
// SAMPLES: doctors to begin with. The gateway serves the website, too: site.mjs.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { serve } from "./site.mjs";

const [, , role] = process.argv;
const { PORT, PEER, RECORDS, DESK } = process.env;
const faults = (process.env.FAULT ?? "").split(" ");
const PASSWORDS = { wang: "wang-2026", li: "li-2026", admin: "admin-2026" };

class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
const missing = () => new Refusal(40400, "no such thing");

async function call(url, body, headers) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(4000),
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

const traced = (trace) => (trace ? { traceparent: trace } : {});

// ---- gateway

const tokens = new Map();
const gateway = {
  "/open/login": ({ body: { account, password } }) => {
    if (!Object.hasOwn(PASSWORDS, account) || PASSWORDS[account] !== password) throw new Refusal(40100, "wrong password");
    const token = randomBytes(16).toString("hex");
    tokens.set(token, account);
    return { token };
  },
};

async function passOn(path, body, headers) {
  const account = tokens.get(headers["x-auth-token"]);
  if (account === undefined) throw new Refusal(40100, "log in first");
  const base = path.startsWith("/web/") ? RECORDS : DESK;
  try {
    return await call(base + path, body, { "x-account": account, ...traced(headers.traceparent) });
  } catch (error) {
    throw new Refusal(50300, String(error));
  }
}

// ---- records

const doctors = new Map();
const appointments = new Map();
const asked = new Map(); // appointments by the desk's request ids: asked twice, made once
const outbox = [];
let sending = false;

function tell(path, body, trace) {
  outbox.push({ path, body: structuredClone(body), trace });
  if (!sending) void send();
}

async function send() {
  sending = true;
  while (outbox.length > 0) {
    const { path, body, trace } = outbox[0];
    try {
      await call(PEER + path, body, traced(trace));
    } catch {
      if (!faults.includes("gives-up")) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
    }
    outbox.shift();
  }
  sending = false;
}

function changed(doctor, trace) {
  doctor.version += 1;
  const fee = faults.includes("fee-whole-yuan") ? Math.floor(doctor.fee / 100) * 100 : doctor.fee;
  tell("/sync/doctor", { ...doctor, fee }, trace);
}

const shownDoctor = ({ doctorNo, name, fee, seats, open }) => ({ doctorNo, profile: { name }, fee, seats, open });
const shownAppointment = ({ account, version, ...rest }) => rest;
const doctorOf = (no) => doctors.get(no) ?? (() => { throw missing(); })();
const staff = (account) => { if (account !== "admin") throw new Refusal(40300, "not you"); };

function appoint(account, doctorNo, day, trace) {
  const doctor = doctorOf(doctorNo);
  if (doctor.seats < 1 || !doctor.open) throw new Refusal(40900, "no seat");
  doctor.seats -= 1;
  const made = { appointmentNo: `A${appointments.size + 1}`, doctorNo, day, status: "booked", madeAt: new Date().toISOString(), account, version: 1 };
  appointments.set(made.appointmentNo, made);
  changed(doctor, trace);
  tell("/sync/booking", made, trace);
  return made;
}

function cancel(account, no, trace) {
  const found = appointments.get(no);
  if (found === undefined || found.account !== account) throw missing();
  if (found.status === "cancelled") throw new Refusal(40900, "cancelled already");
  Object.assign(found, { status: "cancelled", version: 2 });
  const doctor = doctorOf(found.doctorNo);
  doctor.seats += 1;
  changed(doctor, trace);
  if (!faults.includes("cancels-untold")) tell("/sync/booking", found, trace);
  return found;
}

const records = {
  "/web/doctor/add": ({ body, account, trace }) => {
    staff(account);
    const doctor = { doctorNo: `D${doctors.size + 1}`, ...body, open: true, version: 0 };
    doctors.set(doctor.doctorNo, doctor);
    changed(doctor, trace);
    return shownDoctor(doctor);
  },
  "/web/doctor/edit": ({ body, account, trace }) => {
    staff(account);
    const doctor = doctorOf(body.doctorNo);
    Object.assign(doctor, body);
    changed(doctor, trace);
    return shownDoctor(doctor);
  },
  "/web/doctor/close": ({ body, account, trace }) => {
    staff(account);
    const doctor = doctorOf(body.doctorNo);
    doctor.open = false;
    changed(doctor, trace);
    return shownDoctor(doctor);
  },
  "/web/doctor/info": ({ body }) => {
    const doctor = doctorOf(body.doctorNo);
    if (body.onlyOpen && !doctor.open) throw missing();
    return shownDoctor(doctor);
  },
  "/web/appointment/make": ({ body, account, trace }) => shownAppointment(appoint(account, body.doctorNo, body.day, trace)),
  "/web/appointment/info": ({ body, account }) => {
    const found = appointments.get(body.appointmentNo);
    if (found === undefined || found.account !== account) throw missing();
    return shownAppointment(found);
  },
  "/web/appointment/cancel": ({ body, account, trace }) => shownAppointment(cancel(account, body.appointmentNo, trace)),
  // For the desk.
  "/sync/appoint": ({ body, trace }) => {
    if (!asked.has(body.request)) asked.set(body.request, appoint(body.account, body.doctorNo, body.day, trace));
    return asked.get(body.request);
  },
  "/sync/cancel": ({ body, trace }) => {
    if (!asked.has(body.request)) asked.set(body.request, cancel(body.account, body.appointmentNo, trace));
    return asked.get(body.request);
  },
};

if (role === "records" && process.env.SAMPLES) {
  for (const [name, fee, seats] of [["吴晓明", 1550, 20], ["何静", 3000, 8], ["林国栋", 5080, 0]]) {
    const doctor = { doctorNo: `D${doctors.size + 1}`, name, fee, seats, open: true, version: 0 };
    doctors.set(doctor.doctorNo, doctor);
    changed(doctor);
  }
}

// ---- front desk

const known = new Map(); // doctors by code
const bookings = new Map(); // by the number that records gave
let lastId = 1000;

function keep(store, key, told) {
  const before = store.get(key);
  if (before !== undefined && before.version >= told.version) return; // a later one is here already
  store.set(key, { ...told, id: before?.id ?? ++lastId });
}

const deskDoctor = ({ id, doctorNo, name, fee, seats, open }) =>
  ({ id, code: doctorNo, title: name, price: (fee / 100).toFixed(2), left: seats, on: open ? 1 : 0 });
const booking = ({ id, appointmentNo, doctorNo, day, status, madeAt }) =>
  ({ bookingId: id, no: appointmentNo, code: doctorNo, date: day, st: status === "booked" ? 1 : 9, ts: Math.floor(Date.parse(madeAt) / 1000) });
const mine = (account) => [...bookings.values()].filter((one) => one.account === account);
const ownBooking = (id, account) => mine(account).find((one) => one.id === id) ?? (() => { throw missing(); })();

async function ask(path, body, trace) {
  const request = randomBytes(8).toString("hex");
  for (let attempt = 0; ; attempt += 1) {
    try {
      const { code, msg, data } = await call(PEER + path, { ...body, request }, traced(trace));
      if (code !== 0) throw new Refusal(code, msg);
      keep(bookings, data.appointmentNo, data);
      return booking(bookings.get(data.appointmentNo));
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (attempt === 2) throw new Refusal(50300, String(error));
    }
  }
}

const desk = {
  "/mini/doctor/find": ({ body }) => ({
    rows: [...known.values()].filter((one) => (body.code === undefined || one.doctorNo === body.code) && one.name.includes(body.keyword ?? "")).map(deskDoctor),
  }),
  "/mini/doctor/get": ({ body }) => {
    const found = [...known.values()].find((one) => one.id === body.id);
    if (found === undefined) throw missing();
    return deskDoctor(found);
  },
  "/mini/booking/new": ({ body, account, trace }) => ask("/sync/appoint", { doctorNo: body.code, day: body.date, account }, trace),
  "/mini/booking/find": ({ body, account }) => ({ rows: mine(account).filter((one) => body.no === undefined || one.appointmentNo === body.no).map(booking) }),
  "/mini/booking/get": ({ body, account }) => booking(ownBooking(body.bookingId, account)),
  "/mini/booking/revoke": ({ body, account, trace }) =>
    ask("/sync/cancel", { appointmentNo: ownBooking(body.bookingId, account).appointmentNo, account }, trace),
  "/sync/doctor": ({ body }) => keep(known, body.doctorNo, body) ?? null,
  "/sync/booking": ({ body }) => keep(bookings, body.appointmentNo, body) ?? null,
};

// ---- all three

const routes = { gateway, records, desk }[role];

async function answer(path, headers, raw) {
  const body = raw.length > 0 ? JSON.parse(raw.toString("utf8")) : {};
  if (path in routes) {
    const data = await routes[path]({ body, account: headers["x-account"], trace: headers.traceparent });
    return { code: 0, msg: "ok", data };
  }
  if (role === "gateway" && /^\/(web|mini)\//.test(path)) return passOn(path, body, headers);
  throw missing();
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    if (request.url === "/health") return response.end("ok");
    if (role === "gateway" && (await serve(request, response))) return;
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    if (request.url === "/outbox") return response.end(JSON.stringify({ waiting: outbox.length }));
    let said;
    try {
      said = await answer(request.url, request.headers, Buffer.concat(chunks));
    } catch (error) {
      if (!(error instanceof Refusal)) console.error(error);
      said = { code: error instanceof Refusal ? error.code : 40000, msg: error.message, data: null };
    }
    response.end(JSON.stringify(said));
  });
});
server.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
