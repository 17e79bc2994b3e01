// Talks to the simulator.

export async function get(path) {
  const answer = await fetch(path);
  return answer.json();
}

export async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

// One stream for the whole page: browsers allow few open connections per host.
export function listen(heard, again) {
  const stream = new EventSource("/stream");
  stream.onmessage = (event) => heard(JSON.parse(event.data));
  stream.onopen = again;
}
