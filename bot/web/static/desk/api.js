/** The server, asked in JSON: the session's token goes along with every change, a refusal comes back as an error. */

const PATIENCE = 10000; // milliseconds; the server itself gives up on its database within one second
const LOST = "网络不通，不确定是否送到；请再按一次 Enter，不会重复发送";

/** A request that was refused (`code` says why, as in the API's answers), or whose answer was lost (`code` = lost). */
export class Refused extends Error {
  constructor(status, told) {
    super(told?.message ?? "服务器没有正常回答，请稍后再试");
    this.status = status;
    this.code = told?.code ?? "broken";
    this.told = told ?? {};
  }

  /** Whether the change may have happened all the same. */
  get unsure() {
    return this.code === "lost" || this.status >= 500;
  }
}

let token = "";

/** Who is signed in; asked first, for it brings the token. */
export async function whoami() {
  const me = await get("/v1/me");
  token = me.csrf;
  return me;
}

export function get(path) {
  return ask(path, { method: "GET" });
}

/** Change something; `headers` beside the usual ones. */
export function post(path, body = {}, headers = {}) {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": token, ...headers },
    body: JSON.stringify(body),
  });
}

/** Take something away. */
export function remove(path) {
  return ask(path, { method: "DELETE", headers: { "x-csrf-token": token } });
}

async function ask(path, options) {
  const answer = await reached(path, options);
  if (answer.status === 401) location.assign(`/login?next=${location.pathname}`); // drafts stay in this tab
  const told = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

async function reached(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Refused(0, { code: "lost", message: LOST });
  }
}
