// The clinic: one process, everything in memory. FAULT names the ways in which it breaks its contract.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

const faults = process.env.FAULT.split(" ");
const PASSWORDS = { wang: "wang-2026", li: "li-2026" };
const NAMES = { wang: "王小明", li: "李小红" };
const DEPARTMENTS = ["eyes", "teeth", "heart"];
const DAYS = ["mon", "tue", "wed", "thu", "fri"];
const doctors = Array.from({ length: 12 }, (_, number) => ({
  doctor_id: `d-${number + 1}`,
  name: `Doctor ${number + 1}`,
  department: DEPARTMENTS[number % 3],
  fee: 1000 + 500 * (number % 4),
}));
const tokens = new Map();
const appointments = new Map([
  ["a-1", { appointment_id: "a-1", doctor_id: "d-1", day: "mon", fee: 1000, of: "wang" }],
  ["a-2", { appointment_id: "a-2", doctor_id: "d-2", day: "tue", fee: 1500, of: "wang" }],
  ["a-3", { appointment_id: "a-3", doctor_id: "d-3", day: "wed", fee: 2000, of: "li" }],
]);
let last = 3;

class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
const bad = (message) => new Refusal(40000, message);
const missing = (message) => new Refusal(40400, message);

function page(query, rows) {
  const read = (name, least, most, fallback) => {
    const given = query.getAll(name);
    if (given.length === 0) return fallback;
    const number = Number(given[0]);
    if (given.length > 1 || !/^(0|[1-9][0-9]{0,5})$/.test(given[0]) || number < least || number > most) {
      throw bad(`${name} is not right`);
    }
    return number;
  };
  const limit = read("limit", 1, 50, 10);
  const offset = read("offset", 0, 100000, 0);
  return { rows: rows.slice(offset, offset + limit), total: rows.length };
}

function object(body, fields) {
  if (body === null || typeof body !== "object" || Array.isArray(body)) throw bad("not an object");
  const strange = Object.keys(body).find((name) => !(name in fields));
  if (strange !== undefined) throw bad("a field nobody knows");
  for (const [name, right] of Object.entries(fields)) {
    if (!right(body[name])) throw bad(`${name} is not right`);
  }
  return body;
}
const text = (most) => (value) => typeof value === "string" && [...value].length >= 1 && [...value].length <= most;
const shown = ({ of, ...appointment }) => appointment;
const own = (id, who) => {
  const found = appointments.get(id);
  if (found === undefined || (found.of !== who && !faults.includes("anybodys"))) throw missing("no such appointment");
  return found;
};

const ROUTES = [
  ["POST", /^\/open\/login$/, null, ({ body }) => {
    const { account, password } = object(body, { account: text(20), password: text(40) });
    if (!Object.hasOwn(PASSWORDS, account) || PASSWORDS[account] !== password) throw new Refusal(40100, "wrong password");
    const token = randomBytes(16).toString("hex");
    tokens.set(token, account);
    return { token };
  }],
  ["GET", /^\/api\/me$/, true, ({ who }) => ({ account: who, name: NAMES[who] })],
  ["GET", /^\/api\/doctors$/, true, ({ query }) => {
    const asked = query.getAll("department");
    if (asked.length > 1 || (asked.length === 1 && !DEPARTMENTS.includes(asked[0]))) throw bad("department");
    return page(query, doctors.filter((doctor) => asked.length === 0 || doctor.department === asked[0]));
  }],
  ["GET", /^\/api\/doctors\/([^/]+)$/, true, ({ id }) => {
    const doctor = doctors.find((item) => item.doctor_id === id);
    if (doctor === undefined) throw missing("no such doctor");
    return faults.includes("fee-as-text") ? { ...doctor, fee: `${doctor.fee}` } : doctor;
  }],
  ["GET", /^\/api\/appointments$/, true, ({ query, who }) =>
    page(query, [...appointments.values()].filter((item) => item.of === who).map(shown))],
  ["POST", /^\/api\/appointments$/, true, ({ body, who }) => {
    const right = { doctor_id: (value) => typeof value === "string" && /^d-[0-9]+$/.test(value) && value.length <= 12, day: (value) => DAYS.includes(value) };
    const { doctor_id, day } = object(body, right);
    const doctor = doctors.find((item) => item.doctor_id === doctor_id);
    if (doctor === undefined) throw missing("no such doctor");
    if ([...appointments.values()].filter((item) => item.of === who).length >= 200) throw new Refusal(40900, "too many");
    const made = { appointment_id: `a-${++last}`, doctor_id, day, fee: doctor.fee };
    if (!faults.includes("not-kept")) appointments.set(made.appointment_id, { ...made, of: who });
    return made;
  }],
  ["GET", /^\/api\/appointments\/([^/]+)$/, true, ({ id, who }) => shown(own(id, who))],
  ["DELETE", /^\/api\/appointments\/([^/]+)$/, true, ({ id, who }) => {
    appointments.delete(own(id, who).appointment_id);
    return null;
  }],
];

function answer(method, url, headers, raw) {
  const here = ROUTES.filter(([, path]) => path.test(url.pathname));
  if (here.length === 0) throw missing("nothing here");
  const route = here.find(([its]) => its === method || (its === "GET" && method === "HEAD"));
  if (route === undefined) throw new Refusal(40500, "not this method");
  const [, path, closed, handle] = route;
  const who = tokens.get(headers["x-auth-token"]);
  if (closed && who === undefined) throw new Refusal(faults.includes("unknown-code") ? 40199 : 40100, "log in first");
  let body;
  if (method === "POST") {
    if (!/^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "")) throw bad("not JSON");
    try {
      body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
    } catch {
      throw bad("not JSON");
    }
  }
  let id;
  try {
    id = decodeURIComponent(path.exec(url.pathname)[1] ?? "");
  } catch {
    throw missing("no such thing");
  }
  return handle({ body, id, who, query: url.searchParams });
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.url === "/health") {
      response.end("ok");
      return;
    }
    let envelope;
    let allow;
    try {
      const url = new URL(request.url, "http://localhost");
      envelope = { code: 0, msg: "ok", data: answer(request.method, url, request.headers, Buffer.concat(chunks)) };
    } catch (error) {
      if (error instanceof Refusal) {
        envelope = { code: error.code, msg: error.message, data: null };
        if (error.code === 40500) {
          const { pathname } = new URL(request.url, "http://localhost");
          allow = ROUTES.filter(([, path]) => path.test(pathname)).map(([method]) => method);
          if (allow.includes("GET")) allow.push("HEAD");
        }
      } else {
        envelope = { code: 50000, msg: "internal error", data: null };
        console.error(error);
      }
    }
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    if (allow) response.setHeader("Allow", allow.join(", "));
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(envelope));
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
