#!/usr/bin/env python3
"""A Flowyard worker in plain Python, to show that worker protocol v1 (docs/worker-protocol.md) can be spoken
from any language. It speaks JSON only and simulates logistic growth of a Population by itself; outcomes are
last(Population) and max(Population)."""
import argparse, http.client, json, os, re, signal, socket, sys, threading, time, urllib.parse

DEFAULTS = {"growth_rate": 0.02, "carrying_capacity": 10000.0, "Population": 100.0}


class Stop(Exception): """A signal, or the controller, asks the worker to end."""
class Dropped(Exception): """The lease is not ours any more."""
class Lost(Exception): """No usable answer."""


class Controller:
    def __init__(self, url, name, token_file):
        self.url, self.name, self.token_file = urllib.parse.urlsplit(url), name, token_file
        self.welcome = {"heartbeat_every": 1, "lease_wait": 20, "silence_limit": 120}
        self.greeted, self.heard_at = False, time.monotonic()

    def send(self, method, path, body=None, headers={}, limit=30):
        """One request over a connection of its own; raises OSError or HTTPException."""
        host = "localhost" if self.url.scheme == "unix" else self.url.netloc
        connection = http.client.HTTPConnection(host, timeout=limit)
        if self.url.scheme == "unix":
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(limit)
            connection.sock.connect(self.url.path)
        with open(self.token_file) as file:
            token = file.readline().strip()
        if not token:
            raise ValueError("the token file is empty")
        headers = {"Authorization": "Bearer " + token, **headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        self.heard_at = time.monotonic()
        return response.status, json.loads(text) if text[:1] == b"{" else {}

    def once(self, *request, **options):
        """Says hello first where that is due; raises Lost when there is no usable answer."""
        try:
            if not self.greeted:
                hello = {"protocol": 1, "worker": self.name, "runner": "python", "version": "1"}
                status, answer = self.send("POST", "/v1/hello", hello)
                if status in (401, 410, 426):
                    code = {401: 77, 410: 0, 426: 76}[status]
                    os._exit(leave(code, f"hello was answered with {status} {answer}"))
                if status != 200:
                    raise Lost(f"hello was answered with {status}")
                self.welcome, self.greeted = answer, True
                say(f"{self.name} at your service (controller {answer['controller']})")
            status, answer = self.send(*request, **options)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.greeted = False
            raise Lost(repr(error))
        if status == 401 or status >= 500:
            self.greeted = self.greeted and status != 401
            raise Lost(f"the answer is {status} {answer}")
        return status, answer

    def ask(self, *request, **options):
        """Until there is an answer, or silence for too long."""
        pause = 0.1
        while True:
            try:
                return self.once(*request, **options)
            except Lost as lost:
                self.check_silence(lost)
            time.sleep(pause)
            pause = min(2, 2 * pause)

    def check_silence(self, lost):
        if time.monotonic() - self.heard_at > self.welcome["silence_limit"]:
            os._exit(leave(75, f"no answer from the controller for too long: {lost}"))


def say(line):
    print(time.strftime("%FT%TZ", time.gmtime()), line, file=sys.stderr, flush=True)


def leave(code, why):
    say("giving up: " + why)
    return code


def series_of(lease, scenario, still_ours):
    """(saved times, Population at those times) of one scenario."""
    method = lease["time"]["method"] or "euler"
    if method not in ("euler", "rk4"):
        raise ValueError(f"this worker integrates by euler and rk4, not by {method}")
    value = dict(DEFAULTS)
    for column in lease["parameters"] + lease["initial"]:
        value[column["name"]] = column["values"][0 if column["shared"] else scenario]
    chosen = {name: number for name, number in lease["time"].items() if number is not None}
    start, stop, step = (chosen.get(name, other) for name, other in [("start", 0), ("stop", 100), ("step", 1)])
    every = max(1, round(chosen.get("save_every", step) / step))
    population, rate, capacity = value["Population"], value["growth_rate"], value["carrying_capacity"]
    growth = lambda p: step * rate * p * (1 - p / capacity)
    times, values = [], []
    for n in range(round((stop - start) / step) + 1):
        if n % every == 0:
            times.append(start + n * step)
            values.append(population)
        if n % 10000 == 0:
            still_ours()
        one = growth(population)
        if method == "rk4":
            two = growth(population + one / 2)
            three = growth(population + two / 2)
            population += (one + 2 * two + 2 * three + growth(population + three)) / 6
        else:
            population += one
    return times, values


class Worker:
    def __init__(self, controller):
        self.controller, self.lease, self.done, self.revoked, self.leaving = controller, 0, 0, set(), False

    def beat(self):
        while True:
            time.sleep(self.controller.welcome["heartbeat_every"])
            if not self.controller.greeted and not self.lease:
                continue
            beat = {"cpu_seconds": time.process_time(), "memory_bytes": 0, "lease": self.lease, "done": self.done}
            try:
                status, answer = self.controller.once("POST", "/v1/heartbeat", beat)
            except Lost as lost:
                self.controller.check_silence(lost)
                continue
            self.revoked |= set(answer.get("revoked", []))
            self.leaving = self.leaving or answer.get("leave", False)

    def run(self):
        threading.Thread(target=self.beat, daemon=True).start()
        reason = "told to leave"
        try:
            while not self.leaving:
                status, lease = self.controller.ask("POST", "/v1/lease", {},
                                                    limit=self.controller.welcome["lease_wait"] + 30)
                if status == 410:
                    break
                if status == 200:
                    self.work_on(lease)
        except Stop:
            reason = "asked to stop"
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        say(reason + ": goodbye")
        try:
            self.controller.once("POST", "/v1/goodbye", {"reason": reason}, limit=1)
        except Lost:
            pass

    def work_on(self, lease):
        self.lease, self.done = lease["lease"], 0
        say(f"handed {lease['scenario']}, {lease['count']} iterations")
        post = lambda what, body: self.controller.ask("POST", f"/v1/leases/{lease['lease']}/{what}", body,
                                                      {"Flowyard-Lease-Token": lease["token"]})
        try:
            self.controller.ask("GET", "/v1/bundles/" + lease["bundle"])  # where a real runner finds the model
            for number, chunk in enumerate(self.chunks(lease)):
                if post("results", {"chunk": number, **chunk})[0] != 200:
                    raise Dropped
        except Dropped:
            say("the lease is not mine any more")
        except ValueError as error:
            post("failed", {"message": str(error)})
        self.lease = 0

    def still_ours(self):
        if self.lease in self.revoked:
            raise Dropped

    def chunks(self, lease):
        """Whatever was computed in about a second at a time."""
        reduce = {outcome["name"]: self.reduction(outcome["expression"]) for outcome in lease["outcomes"]}
        while self.done < lease["count"]:
            begun, runs = time.monotonic(), []
            while self.done + len(runs) < lease["count"] and time.monotonic() - begun < 1:
                runs.append(series_of(lease, self.done + len(runs), self.still_ours))
            columns = list(zip(*(values for _, values in runs)))  # [saved][scenario]
            chunk = {"first": lease["first"] + self.done, "count": len(runs),
                     "compute_seconds": time.monotonic() - begun, "outcome_names": list(reduce),
                     "outcomes": [[function(values) for _, values in runs] for function in reduce.values()],
                     "times": runs[0][0] if lease["outputs"] else [],
                     "series": [{"name": name, "elements": [], "values": [v for row in columns for v in row]}
                                for name in lease["outputs"]]}
            self.done += len(runs)
            yield chunk

    @staticmethod
    def reduction(expression):
        match = re.fullmatch(r"(last|max)\(Population\)", expression.replace(" ", ""))
        if not match:
            raise ValueError(f"this worker knows last(Population) and max(Population), not {expression}")
        return {"last": lambda values: values[-1], "max": max}[match[1]]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    for flag, variable in [("--controller", "FLOWYARD_CONTROLLER"), ("--name", "FLOWYARD_WORKER"),
                           ("--token-file", "FLOWYARD_TOKEN_FILE")]:
        arguments.add_argument(flag, default=os.environ.get(variable), required=variable not in os.environ)
    given = arguments.parse_args()

    def stop(*_):
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    Worker(Controller(given.controller, given.name, given.token_file)).run()


if __name__ == "__main__":
    main()
