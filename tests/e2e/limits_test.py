"""What strangers, shortages and other users of the machine can do to a controller: little, and not for long."""

import concurrent.futures
import http.client
import os
import re
import resource
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

SHORT = """
name: short
model: {experiments}/models/logistic.yaml
scenarios: [{{name: Baseline}}, {{name: Fast, parameters: {{growth_rate: 0.05}}}}]
outputs: {{outcomes: {{final: last(Population)}}}}
workers: {{count: 2}}
"""


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=yard.PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def soft_limit_of(pid):
    with open(f"/proc/{pid}/limits") as limits:
        return int(re.search(r"Max open files\s+(\d+)", limits.read())[1])


class Limits(yard.Yard):
    def start_on_tcp(self):
        self.port = free_port()
        self.start_controller("--fleet", "process", "--listen", f"127.0.0.1:{self.port}")

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=yard.PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def run_short(self):
        which = self.submit(self.write("short.yaml", SHORT.format(experiments=yard.EXPERIMENTS)))
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"], view["failed"]), ("succeeded", 2, 0), self.controller_log())

    # ---- connections

    def test_connections_end_with_their_peers(self):
        self.start_controller()
        before = self.descriptors_open()

        def ask(number):
            connection = UnixConnection(os.path.join(self.run_dir, "controller.sock"))
            connection.request("GET", "/healthz")
            if number % 2:
                # It says that it leaves while it is being answered.
                connection.sock.shutdown(socket.SHUT_WR)
                while connection.sock.recv(1000):
                    pass
            else:
                self.assertEqual(connection.getresponse().read(), b"ok\n")
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            list(threads.map(ask, range(500)))
        self.eventually(lambda: self.descriptors_open() <= before, "the descriptors are given back")

    def test_strangers_leave_room_for_everybody_else(self):
        self.descriptors = (100, 200)
        self.start_on_tcp()
        strangers = []
        for _ in range(400):
            strangers.append(self.connect())
            strangers[-1].sendall(b"GET /api/v1/experiments HTTP/1.1\r\nHost:")
        self.run_short()
        with open(os.path.join(self.data, "token")) as token:
            headers = {"Authorization": "bearer " + token.read().strip()}
        self.eventually(lambda: self.answers_on_tcp(headers), "who has the token is answered between strangers")

    def answers_on_tcp(self, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/v1/experiments", headers=headers)
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def test_a_body_without_a_token_is_not_read(self):
        self.start_on_tcp()
        head = f"POST /api/v1/experiments HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: 200000000\r\n\r\n"
        stranger = self.connect()
        stranger.sendall(head.encode())
        self.assertIn(b" 401 ", stranger.recv(1000))
        # One that sends on hears of it as well.
        stranger = self.connect()
        stranger.sendall(head.encode() + 100 * (1 << 20) * b"x")
        self.assertIn(b" 401 ", stranger.recv(1000))
        with open(f"/proc/{self.controller.pid}/status") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1])
        self.assertLess(peak, 100_000)

    # ---- descriptors

    def test_the_limit_on_descriptors_is_raised_for_the_controller_alone(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.descriptors = (300, hard)
        self.start_controller("--fleet", "process")
        self.assertEqual(soft_limit_of(self.controller.pid), hard)
        self.submit(self.write_long_experiment())
        self.eventually(self.processes, "a worker runs")
        self.assertEqual(soft_limit_of(self.processes()[0]), 300)

    # ---- run folder

    def test_no_folder_of_a_worker_stays(self):
        self.start_controller("--fleet", "process")
        which = self.submit(self.write_long_experiment())
        self.wait_until_under_way(which)
        self.kill_controller()
        self.kill_a_worker()
        self.assertNotEqual(self.folders_of_workers(), [])
        self.start_controller("--fleet", "process")
        self.assertEqual(self.wait_for_end(which)["state"], "succeeded")
        self.eventually(lambda: not self.folders_of_workers(), "the folders go with their workers")

    def test_a_token_that_cannot_be_written_costs_one_launch(self):
        self.start_controller("--fleet", "process")
        os.makedirs(os.path.join(self.run_dir, "w/1/token/in the way"))
        self.run_short()
        self.eventually(lambda: not self.folders_of_workers(), "the folder goes all the same")

    def refused(self, *arguments):
        done = subprocess.run([os.path.join(yard.PROGRAMS, "flowyard"), *arguments], env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=yard.PATIENCE)
        self.assertNotEqual(done.returncode, 0)
        return done.stderr

    def test_a_run_folder_that_others_could_have_made_is_refused(self):
        elsewhere = os.path.join(self.folder, "elsewhere")
        os.mkdir(elsewhere)
        os.symlink(elsewhere, self.run_dir)
        self.assertIn("it is a link", self.refused("controller", "run", "--fleet", "process"))
        os.remove(self.run_dir)
        os.mkdir(self.run_dir)
        os.chmod(self.run_dir, 0o1777)
        self.assertIn("everybody may write", self.refused("controller", "run", "--fleet", "process"))
        if os.geteuid() == 0:
            os.chmod(self.run_dir, 0o755)
            os.chown(self.run_dir, 12345, 12345)
            self.assertIn("belongs to user 12345", self.refused("controller", "run", "--fleet", "process"))
            self.assertIn("belongs to user 12345", self.refused("list"))

    # ---- where it listens

    def status_of(self, path, host, address="127.0.0.1", token=None):
        connection = http.client.HTTPConnection(address, self.port, timeout=yard.PATIENCE)
        headers = {"Host": host, "Authorization": f"Bearer {token}"} if token else {"Host": host}
        connection.request("GET", path, headers=headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def test_it_answers_to_the_names_that_it_was_told_and_to_addresses_of_its_own(self):
        self.port = free_port()
        self.environment["FLOWYARD_HOSTS"] = "yard.example, other.example"
        self.start_controller("--fleet", "process", "--listen", f"0.0.0.0:{self.port}", "--insecure")
        with open(os.path.join(self.data, "token")) as file:
            token = file.read().strip()
        for host in ("yard.example", f"other.example:{self.port}", "localhost", f"127.0.0.1:{self.port}", "127.0.0.2"):
            self.assertEqual(self.status_of("/api/v1/controller", host, "127.0.0.2", token), 200, host)
            self.assertEqual(self.status_of("/api/v1/controller", host, "127.0.0.2"), 401, host)
        for host in ("evil.example", f"evil.example:{self.port}", "127.0.0.3"):
            self.assertEqual(self.status_of("/api/v1/controller", host, "127.0.0.2", token), 421, host)

    def test_a_place_to_listen_has_a_port(self):
        self.assertIn("the port is missing", self.refused("controller", "run", "--listen", "127.0.0.1"))

    def test_listening_to_other_machines_wants_encryption_or_to_be_told(self):
        address = f"0.0.0.0:{free_port()}"
        refusal = self.refused("controller", "run", "--fleet", "process", "--listen", address)
        for word in ("--tls-cert", "--insecure", address):
            self.assertIn(word, refusal)
        self.start_controller("--fleet", "process", "--listen", address, "--insecure")
        self.assertIn("WITHOUT ENCRYPTION", self.controller_log())

    # ---- tokens

    def test_tokens_outlive_the_controller_and_end_when_they_are_revoked(self):
        self.start_on_tcp()
        eye = self.flowyard("-q", "token", "create", "eye", "--read-only").stdout.strip()
        laptop = self.flowyard("-q", "token", "create", "laptop").stdout.strip()
        for name in os.listdir(self.data):  # hashes only
            path = os.path.join(self.data, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
                self.assertFalse(eye.encode() in content or laptop.encode() in content, name)
        self.kill_controller()
        self.start_controller("--fleet", "process", "--listen", f"127.0.0.1:{self.port}")
        short = self.write("short.yaml", SHORT.format(experiments=yard.EXPERIMENTS))
        tcp = ("--controller", f"http://127.0.0.1:{self.port}", "--token")
        self.flowyard(*tcp, eye, "list", "experiments")
        refused = self.flowyard(*tcp, eye, "submit", short, expect=5).stderr
        self.assertIn("change nothing", refused)
        self.assertIn("FLOWYARD_TOKEN", refused)
        self.flowyard(*tcp, laptop, "-q", "run", short)
        self.flowyard("token", "revoke", "laptop")
        self.assertIn("--token", self.flowyard(*tcp, laptop, "list", expect=5).stderr)
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/api/v1/openapi.yaml", 200),
                             ("/api/v1/controller", 401)):
            self.assertEqual(self.status_of(path, "localhost"), status, path)

    # ---- TLS

    def file(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def make_certificates(self):
        """ca.pem; server.pem for localhost and client.pem, both signed by it."""
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        self.openssl("req", "-x509", *key, "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
        self.write("names", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
        for name in ("server", "client"):
            self.openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            self.openssl("x509", "-req", "-days", "2", "-CAcreateserial", "-in", f"{name}.csr", "-CA", "ca.pem",
                         "-CAkey", "ca.key", "-extfile", "names", "-out", f"{name}.pem")

    def start_on_tls(self, *more):
        self.make_certificates()
        self.port = free_port()
        self.start_controller("--fleet", "process", "--listen", f"0.0.0.0:{self.port}",
                              "--tls-cert", self.file("server.pem"), "--tls-key", self.file("server.key"), *more)
        with open(os.path.join(self.data, "token")) as token:
            self.environment["FLOWYARD_TOKEN"] = token.read().strip()
        self.environment["FLOWYARD_CONTROLLER"] = f"https://localhost:{self.port}"

    def test_experiments_run_by_https(self):
        self.start_on_tls()
        self.assertIn("certificate verify failed", self.flowyard("list", expect=5).stderr)
        self.environment["FLOWYARD_CACERT"] = self.file("ca.pem")
        self.run_short()
        self.assertIn(f"https://0.0.0.0:{self.port}", self.flowyard("controller", "status").stdout)
        refused = self.flowyard("--token", "another", "list", expect=5).stderr
        self.assertIn("--token", refused)
        self.assertIn("FLOWYARD_TOKEN", refused)
        # Without TLS there is nobody at that port.
        self.flowyard("--controller", f"http://localhost:{self.port}", "list", expect=5)

    def test_clients_show_a_certificate_where_that_is_asked(self):
        self.start_on_tls("--tls-client-ca", self.file("ca.pem"))
        self.environment["FLOWYARD_CACERT"] = self.file("ca.pem")
        self.assertIn("certificate required", self.flowyard("list", expect=5).stderr)
        self.flowyard("--cert", self.file("client.pem"), "--key", self.file("client.key"), "list")
        self.assertIn("--key", self.flowyard("--cert", self.file("client.pem"), "list", expect=2).stderr)
        self.assertIn("nowhere.pem", self.flowyard("--cacert", "/nowhere.pem", "list", expect=2).stderr)
        self.environment.update(FLOWYARD_CERT=self.file("client.pem"), FLOWYARD_KEY=self.file("client.key"))


if __name__ == "__main__":
    yard.main()
