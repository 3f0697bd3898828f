# SPDX-License-Identifier: Apache-2.0
"""Where RKE2 keeps its files, and small helpers to write them."""
import os

DATA = "/var/lib/rancher/rke2"
CONTAINERD = """version = 3
[plugins."io.containerd.cri.v1.images".registry.configs."registry.example.com".auth]
  username = "puller"
  password = "registry-of-the-lab"
"""
NODE_PASSWORD = "/etc/rancher/node/password"


def set_data(folder):
    global DATA
    DATA = folder


def data(*parts):
    return os.path.join(DATA, *parts)


def write(path, content, mode=0o600):
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    if isinstance(content, str):
        content = content.encode()
    temporary = path + ".tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(handle, mode)
        os.write(handle, content)
    finally:
        os.close(handle)
    os.rename(temporary, path)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def link(target, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.islink(path) or os.path.exists(path):
        if os.path.islink(path) and os.readlink(path) == target:
            return
        os.unlink(path)
    os.symlink(target, path)


def node_password():
    try:
        return read(NODE_PASSWORD).strip()
    except OSError:
        password = os.urandom(16).hex()
        write(NODE_PASSWORD, password + "\n")
        return password


def unpack_runtime(version, registry, log):
    """What the runtime image brings; True if it was there already."""
    tag = version.replace("+", "-")
    image = f"{registry or 'index.docker.io'}/rancher/rke2-runtime:{tag}"
    folder = data("data", f"{tag}-standin", "bin")
    if os.path.isdir(folder):
        log.info(f"Runtime image {image} bin and charts directories already exist; skipping extract")
    else:
        # Only who fetches it needs the module: the stand-in has to start fast.
        import images
        images.fetch(version, registry)
        os.makedirs(folder, exist_ok=True)
        link("/usr/libexec/rke2-standin/kubectl", os.path.join(folder, "kubectl"))
        import pods
        write(os.path.join(folder, "crictl"), pods.CRICTL, 0o755)
    link(folder, data("bin"))
    for name in ("agent/containerd/containerd.log", "agent/logs/kubelet.log"):
        os.makedirs(os.path.dirname(data(name)), exist_ok=True)
        with open(data(name), "a", encoding="utf-8"):
            pass
    write(data("agent/etc/containerd/config.toml"), CONTAINERD, 0o600)
    os.makedirs(data("agent/pod-manifests"), exist_ok=True)
    write(data("agent/etc/crictl.yaml"), "runtime-endpoint: unix:///run/k3s/containerd/containerd.sock\n", 0o644)
