"""Connections only to where one may connect: each name is resolved here, each address looked at, and the same address
used.

A page that the reader names, or a redirect, may point into the machine's own network (server-side request forgery),
and a name may answer differently the second time (DNS rebinding): so httpx never resolves a name by itself.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from exeunt.errors import AddressError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CLOSED = tuple(
    map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10", "::/96", "::ffff:0:0:0/96", "2001:db8::/32", "3fff::/20"))
)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also behind IPv4-mapped, 6to4 and NAT64 forms."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in _CLOSED) or ":0:5efe:" in ip.exploded.replace("0000", "0"):
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


def resolved(host: str, port: int, private: bool) -> list[str]:
    """The addresses of `host`, IPv4 first. Raises AddressError when it has none or, unless `private`, any is not
    public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as e:
        raise AddressError(f"{host} is not known ({getattr(e, 'strerror', None) or e}): check the address") from e
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in sorted(found, key=lambda e: e[0] != socket.AF_INET)))
    if not private and (closed := [a for a in addresses if not is_public(a)]):
        raise AddressError(
            f"{host} lies in a private network ({closed[0]}): allow it with --allow-private if you trust who names it"
        )
    return addresses


class Guard(httpcore.NetworkBackend):
    """Connects for httpcore, and holds every request of a thread to one deadline (a monotonic time in seconds)."""

    def __init__(self, private: bool) -> None:
        self.private = private
        self._backend = httpcore.SyncBackend()
        self._local = threading.local()

    def until(self, deadline: float) -> None:
        """Hold what this thread does from now on to `deadline`."""
        self._local.deadline = deadline

    def left(self, timeout: float | None) -> float:
        """Seconds that an operation may take. Raises httpcore.ReadTimeout when none are left."""
        left = float(getattr(self._local, "deadline", time.monotonic() + 60)) - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the page took longer than its time limit")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception | None = None
        for address in resolved(host, port, self.private)[:4]:
            try:
                stream = self._backend.connect_tcp(address, port, self.left(timeout), local_address, socket_options)
                return _Stream(stream, self)
            except httpcore.ConnectError as e:
                problem = e
        raise problem or httpcore.ConnectError(f"{host} cannot be reached")

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise AddressError("sockets of this machine are not collected from")

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write counts against the deadline of its thread."""

    def __init__(self, stream: httpcore.NetworkStream, guard: Guard) -> None:
        self._stream, self._guard = stream, guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._guard.left(timeout)), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
