"""Images of a registry: Debian's docker-registry on loopback, with and without a password, whole and damaged."""

import base64
import glob
import hashlib
import io
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tarfile
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import yard  # noqa: E402

USER, PASSWORD = "ann", "s3cret-of-ann"

EXPERIMENT = """name: {name}
runner:
  image: {image}
  command: [sh, -c, 'echo "{{\\"x\\": 1}}" > "$FLOWYARD_RESULT"']
  pull: {pull}
parameters: {{}}
outputs: {{outcomes: {{x: x}}}}
workers: {{count: 1}}
retry: {{attempts: 2, backoff: {{initial: 50ms, max: 100ms}}}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def layer(*files):
    """A layer as tar; busybox, or bytes that do not compress."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files:
            if content is None:
                archive.add(shutil.which("busybox"), name)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        if files[0][1] is None:
            link = tarfile.TarInfo("bin/sh")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    return buffer.getvalue()


class Registry:
    """One of our own, in a folder; `password` in the form of htpasswd."""

    def __init__(self, folder, htpasswd=None):
        self.port = free_port()
        self.folder = folder
        os.makedirs(folder)
        auth = ""
        if htpasswd:
            with open(f"{folder}/htpasswd", "w") as file:
                file.write(htpasswd)
            auth = f"auth: {{htpasswd: {{realm: yard, path: {folder}/htpasswd}}}}\n"
        with open(f"{folder}/config.yml", "w") as file:
            file.write(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}}}\n"
                       f"http: {{addr: '127.0.0.1:{self.port}'}}\n{auth}")
        self.start()

    def start(self):
        log = open(f"{self.folder}/log", "ab")
        self.process = subprocess.Popen(["docker-registry", "serve", f"{self.folder}/config.yml"],
                                        stdout=log, stderr=log)
        log.close()
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the registry does not come up")

    def stop(self):
        self.process.kill()
        self.process.wait()

    def name(self, repository):
        return f"127.0.0.1:{self.port}/{repository}"

    def ask(self, method, path, body=None, kind="application/octet-stream"):
        headers = {"Content-Type": kind}
        headers["Authorization"] = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        url = path if path.startswith("http") else f"http://127.0.0.1:{self.port}{path}"
        return urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=60)

    def put_blob(self, repository, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        where = self.ask("POST", f"/v2/{repository}/blobs/uploads/", b"").headers["Location"]
        self.ask("PUT", where + ("&" if "?" in where else "?") + f"digest={digest}", content)
        return digest

    def push(self, repository, tag, *layers):
        """An image of these layers, without the Engine, which then does not have them. Gives its digest."""
        diffs = ["sha256:" + hashlib.sha256(one).hexdigest() for one in layers]
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"]},
                             "rootfs": {"type": "layers", "diff_ids": diffs}}).encode()
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = json.dumps({
            "schemaVersion": 2, "mediaType": kind,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": len(config),
                       "digest": self.put_blob(repository, config)},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar", "size": len(one),
                        "digest": self.put_blob(repository, one)} for one in layers]}).encode()
        return self.ask("PUT", f"/v2/{repository}/manifests/{tag}", manifest, kind).headers["Docker-Content-Digest"]

    def blob_file(self, content):
        digest = hashlib.sha256(content).hexdigest()
        return glob.glob(f"{self.folder}/data/docker/registry/v2/blobs/sha256/*/{digest}/data")[0]


class SlowProxy:
    """Passes a registry's bytes on: at `rate` bytes a second, until it is let go."""

    def __init__(self, port, rate):
        self.upstream, self.rate, self.fast = port, rate, threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            upstream = socket.create_connection(("127.0.0.1", self.upstream))
            threading.Thread(target=self.carry, args=(client, upstream, False), daemon=True).start()
            threading.Thread(target=self.carry, args=(upstream, client, True), daemon=True).start()

    def carry(self, source, sink, slowly):
        try:
            while piece := source.recv(32768):
                sink.sendall(piece)
                if slowly:
                    self.fast.wait(len(piece) / self.rate)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.fast.set()
        self.server.close()


@unittest.skipUnless(shutil.which("docker-registry"), "there is no docker-registry")
@unittest.skipUnless(shutil.which("busybox"), "there is no busybox")
class Images(yard.Yard):
    def setUp(self):
        super().setUp()
        self.environment["DOCKER_CONFIG"] = os.path.join(self.folder, "docker")
        os.makedirs(self.environment["DOCKER_CONFIG"])
        self.images = []
        self.addCleanup(lambda: self.images and yard.docker("image", "rm", "--force", *self.images))
        self.start_controller()

    def registry(self, htpasswd=None):
        registry = Registry(os.path.join(self.folder, f"registry-{len(self.images)}"), htpasswd)
        self.addCleanup(registry.stop)
        return registry

    def shell_layer(self):
        # Of this test only: the Engine shares layers that it has.
        return layer(("bin/busybox", None), ("etc/id", os.urandom(16)))

    def experiment(self, image, name="by-image", pull="missing"):
        self.images.append(image)
        return self.write(f"{name}.yaml", EXPERIMENT.format(name=name, image=image, pull=pull))

    def log_in(self, registry, password=PASSWORD):
        auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
        with open(os.path.join(self.environment["DOCKER_CONFIG"], "config.json"), "w") as file:
            json.dump({"auths": {f"127.0.0.1:{registry.port}": {"auth": auth}}}, file)

    def reason(self, which="@latest"):
        return self.show(which)["reason"]

    def test_an_image_is_fetched_and_kept_on_record(self):
        registry = self.registry()
        digest = registry.push("team/shell", "1", self.shell_layer())
        image = registry.name("team/shell")
        self.flowyard("run", self.experiment(image + ":1"))
        view = self.show("by-image")
        self.assertEqual((view["image"], view["image_ran"]), (image + ":1", f"{image}@{digest}"))
        with open(os.path.join(self.checkout("by-image"), "manifest.json")) as file:
            self.assertEqual(json.load(file)["image"], {"name": image + ":1", "ran": f"{image}@{digest}"})
        # The tag means another image now: `missing` runs what is there, `always` the new one, a digest the old one.
        other = registry.push("team/shell", "1", self.shell_layer())
        for pull, named, ran in (("missing", ":1", digest), ("always", ":1", other), ("always", "@" + digest, digest)):
            self.flowyard("run", self.experiment(image + named, "again", pull))
            self.assertEqual(self.show("again")["image_ran"], f"{image}@{ran}", (pull, named))
        # A tag that the registry does not have is told at once, with its name.
        answer = self.flowyard("run", self.experiment(image + ":2", "none"), expect=1)
        self.assertIn("has no such repository or tag", answer.stdout + answer.stderr)
        self.assertIn(image + ":2", self.reason("none"))

    def test_a_password_is_taken_from_the_user_and_never_kept(self):
        htpasswd = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], capture_output=True, text=True).stdout
        self.assertTrue(htpasswd, "apache2-utils has htpasswd")
        registry = self.registry(htpasswd)
        registry.push("private/shell", "1", self.shell_layer())
        image = registry.name("private/shell:1")
        self.flowyard("run", self.experiment(image), expect=1)
        self.assertIn(f"log in with 'docker login 127.0.0.1:{registry.port}'", self.reason())
        self.log_in(registry, "wrong")
        self.flowyard("run", self.experiment(image), expect=1)
        self.assertIn("does not let the credentials that were sent", self.reason())
        self.log_in(registry)
        self.flowyard("run", self.experiment(image))
        self.assertEqual(self.show()["state"], "succeeded")
        kept = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        for root, _, files in os.walk(self.data):
            for name in files:
                with open(os.path.join(root, name), "rb") as file:
                    content = file.read()
                self.assertNotIn(PASSWORD.encode(), content, name)
                self.assertNotIn(kept.encode(), content, name)

    def test_credentials_are_asked_for_again_after_a_restart(self):
        htpasswd = subprocess.run(["htpasswd", "-Bbn", USER, PASSWORD], capture_output=True, text=True).stdout
        registry = self.registry(htpasswd)
        registry.push("private/slow", "1", self.shell_layer(), layer(("big", random.randbytes(4 << 20))))
        proxy = SlowProxy(registry.port, 400_000)
        self.addCleanup(proxy.close)
        image = f"127.0.0.1:{proxy.port}/private/slow:1"
        registry.port, own = proxy.port, registry.port
        self.log_in(registry)
        registry.port = own
        name = self.submit(self.experiment(image, "private"))
        self.eventually(lambda: " of " in self.show(name)["fetching"], "the image is being fetched")
        self.kill_controller()
        proxy.fast.set()
        self.start_controller()
        self.eventually(lambda: "waits for the credentials" in self.reason(name), "it waits")
        self.assertIn(f"flowyard resume {name}", self.reason(name))
        # Others go on.
        public = self.registry()
        public.push("team/shell", "1", self.shell_layer())
        self.flowyard("run", self.experiment(public.name("team/shell:1"), "public"))
        self.assertEqual(self.show(name)["state"], "running")
        self.flowyard("resume", name)
        self.assertEqual(self.show(name)["state"], "succeeded")

    def test_a_slow_registry_is_waited_for_and_a_fetch_is_taken_up_again(self):
        registry = self.registry()
        registry.push("team/slow", "1", self.shell_layer(), layer(("big", random.randbytes(6 << 20))))
        proxy = SlowProxy(registry.port, 500_000)
        self.addCleanup(proxy.close)
        image = f"127.0.0.1:{proxy.port}/team/slow:1"
        first = self.submit(self.experiment(image, "first"))
        second = self.submit(self.experiment(image, "second"))
        self.eventually(lambda: all(" of " in self.show(one)["fetching"] for one in (first, second)),
                        "both tell how far it is")
        self.assertIn(image, self.show(first)["fetching"])
        self.assertIn("fetching the image", self.flowyard("list", "experiments").stdout)
        fetched = self.controller_log().count("fetching an image")
        self.assertEqual(fetched, 1, "one fetch for both")
        self.kill_controller()
        self.start_controller()
        self.eventually(lambda: " of " in self.show(first)["fetching"], "it is fetched again")
        # One that is not wanted any more does not hold up its end.
        self.flowyard("cancel", second)
        self.eventually(lambda: self.show(second)["state"] == "cancelled", "it is cancelled")
        proxy.fast.set()
        self.assertEqual(self.wait_for_end(first)["state"], "succeeded")

    def test_a_damaged_layer_and_a_registry_out_of_reach_are_told(self):
        registry = self.registry()
        content = self.shell_layer()
        registry.push("team/broken", "1", content)
        file = registry.blob_file(content)
        with open(file, "r+b") as blob:
            blob.seek(1000)
            blob.write(os.urandom(64))
        image = registry.name("team/broken:1")
        self.flowyard("run", self.experiment(image, "broken"), expect=1)
        self.assertIn("a layer of it is damaged", self.reason("broken"))
        with open(file, "wb") as blob:
            blob.write(content)
        registry.stop()
        name = self.submit(self.experiment(image, "away"))
        self.eventually(lambda: "does not answer as it should" in self.reason(name), "it is told")
        self.assertEqual(self.show(name)["state"], "running", "it is tried again")
        registry.start()
        self.assertEqual(self.wait_for_end(name)["state"], "succeeded")

    def test_an_operator_says_which_images_may_run(self):
        registry = self.registry()
        registry.push("team/shell", "1", self.shell_layer())
        self.controller.terminate()
        self.controller.wait(yard.PATIENCE)
        self.start_controller("--fleet", "docker", "--images-allow", registry.name("team/*"))
        self.flowyard("run", self.experiment(registry.name("team/shell:1")))
        answer = self.flowyard("run", self.experiment("python:3", "other"), expect=2)
        self.assertIn("docker.io/library/python:3 is none of those", answer.stderr)
        self.controller.terminate()
        self.controller.wait(yard.PATIENCE)
        self.start_controller("--fleet", "docker", "--images-allow", "docker.io/library/*")
        answer = self.flowyard("run", self.experiment(registry.name("team/shell:1")), expect=2)
        self.assertIn("images.allow", answer.stderr)


if __name__ == "__main__":
    yard.main()
