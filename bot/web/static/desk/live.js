/** The server's events from a snapshot on: goes on after every break without a loss, and begins anew when told to. */

const CALM = 2000; // milliseconds, and as much again by chance: streams end now and then and are back within one second

/** `load` fetches a snapshot and returns its number; `hear(kind, number, data)` gets each event in order;
 * `knock()` is called whenever something comes, at least every 15 seconds,
 * `connected(yes)` is told how the line stands. Where no stream comes through, snapshots are fetched instead. */
export function follow({ load, hear, knock, connected }) {
  let stream = null;
  let alarm = 0;

  async function begin() {
    stream?.close();
    try {
      listen(await load());
    } catch {
      lost();
    }
  }

  function listen(number) {
    stream = new EventSource(`/v1/desk/events?after=${number}`);
    for (const kind of ["row", "message"]) {
      stream.addEventListener(kind, (event) => {
        hear(kind, Number(event.lastEventId), JSON.parse(event.data));
        knock();
      });
    }
    stream.addEventListener("knock", knock);
    stream.addEventListener("reset", begin);
    stream.addEventListener("open", found);
    stream.addEventListener("error", lost);
  }

  function found() {
    clearTimeout(alarm);
    alarm = 0;
    connected(true);
  }

  function lost() {
    alarm ||= setTimeout(again, CALM * (1 + Math.random()));
  }

  function again() {
    alarm = 0;
    connected(false);
    begin();
  }

  begin();
}
