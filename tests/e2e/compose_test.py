"""The controller in a container: brought up by compose, used from the host, workers as its siblings."""

import http.client
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

THREE = os.path.join(yard.EXPERIMENTS, "three-scenarios.yaml")
TOKEN = "a token of the test"


def compose_program():
    """`docker compose` where there is one, else docker-compose, else None."""
    if shutil.which("docker") and yard.docker("compose", "version").returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Compose(yard.Yard):
    def setUp(self):
        super().setUp()
        program = compose_program()
        if not program:
            self.skipTest("there is neither docker compose nor docker-compose")
        name = os.path.basename(self.folder)
        self.image, self.port = f"flowyard-e2e:{os.getpid()}", free_port()
        self.compose = [*program, "--project-name", name, "--file", os.path.join(yard.SOURCE, "deploy/compose.yaml")]
        self.environment.update(FLOWYARD_IMAGE=self.image, FLOWYARD_PORT=str(self.port), FLOWYARD_TOKEN=TOKEN,
                                FLOWYARD_HOSTS="yard.example")
        self.run_checked(os.path.join(yard.SOURCE, "deploy/controller-image"), self.image, yard.PROGRAMS)
        self.addCleanup(yard.docker, "rmi", "--force", self.image)
        self.addCleanup(self.run_compose, "down", "--volumes")
        self.run_compose("up", "--detach")
        self.use("unix://" + os.path.join(self.run_dir, "controller.sock"))
        self.eventually(lambda: self.flowyard("controller", "status", expect=None).returncode == 0, "it answers")

    def use(self, url):
        self.environment["FLOWYARD_CONTROLLER"] = url

    def run_checked(self, *command):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=2 * yard.PATIENCE)
        self.assertEqual(done.returncode, 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def run_compose(self, *arguments):
        return self.run_checked(*self.compose, *arguments)

    def address_of_container(self):
        container = self.run_compose("ps", "--quiet", "controller").strip()
        template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return yard.docker("inspect", "--format", template, container).stdout.strip()

    def status_of(self, host):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=yard.PATIENCE)
        connection.request("GET", "/api/v1/controller", headers={"Host": host, "Authorization": f"Bearer {TOKEN}"})
        status = connection.getresponse().status
        connection.close()
        return status

    def assert_three_scenarios(self, which):
        view = self.show(which)
        self.assertEqual((view["state"], view["fleet"], view["done"]), ("succeeded", "docker", 60))
        finals = [round(row["final.mean"]) for row in view["rows"]]
        self.assertEqual(finals, [10000, 10000, 5000])

    def test_experiments_come_from_the_host_and_outlive_the_controller(self):
        self.flowyard("-q", "run", THREE)
        self.assert_three_scenarios("three-scenarios")
        self.assertEqual(self.containers(), [])

        # By TCP, with its token and not without.
        self.use(f"http://localhost:{self.port}")
        self.flowyard("-q", "run", THREE, "--name", "by-tcp")
        self.assert_three_scenarios("by-tcp")
        # By every name and address that it has, and by no other.
        for host, status in (("yard.example", 200), ("controller:80", 200), (self.address_of_container(), 200),
                             (f"localhost:{self.port}", 200), ("127.0.0.1", 200), ("evil.example", 421)):
            self.assertEqual(self.status_of(host), status, host)
        self.use(f"http://{self.address_of_container()}:{self.port}")
        self.flowyard("list", "experiments")
        self.environment["FLOWYARD_TOKEN"] = "another"
        self.assertIn("Bearer", self.flowyard("list", expect=5).stderr)
        self.environment["FLOWYARD_TOKEN"] = TOKEN

        # Its data is in the volume: a new container goes on with what the old one began.
        which = self.submit(self.write_long_experiment())
        self.wait_until_under_way(which)
        self.run_compose("up", "--detach", "--force-recreate")
        self.use("unix://" + os.path.join(self.run_dir, "controller.sock"))
        self.eventually(lambda: self.flowyard("controller", "status", expect=None).returncode == 0, "it answers again")
        view = self.wait_for_end(which)
        self.assertEqual((view["state"], view["done"], view["workers_in_all"]), ("succeeded", 300, 3))
        self.assert_three_scenarios("three-scenarios")


if __name__ == "__main__":
    yard.main()
