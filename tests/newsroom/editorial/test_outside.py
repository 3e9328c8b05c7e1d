"""Nobody inside is asked, however the name or the address is written, and nobody is waited for without end."""

import socket

import pytest

from newsroom.editorial.outside import (
    NotAsked,
    connect_outside,
    hung_up_after,
    is_public,
    is_public_or_private,
)

HERE = ["127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::127.0.0.1", "::ffff:0:7f00:1"]
LINKS = ["169.254.169.254", "fe80::1%eth0", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254"]
PRIVATE = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "fc00::1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"]
NOBODY = [
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "100.64.0.1", "192.0.2.1", "198.18.0.1", "ff02::1"),
    *(
        "ff0e::1",
        "fec0::1",
        "100::1",
        "2001:db8::1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::1",
        "2001:0:1::80ff:fffe",
    ),
]


@pytest.mark.parametrize("address", [*HERE, *LINKS, *PRIVATE, *NOBODY])
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_addresses_of_everybody_are_public(address):
    assert is_public(address)
    assert is_public_or_private(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_network_may_be_allowed(address):
    assert is_public_or_private(address)


@pytest.mark.parametrize("address", [*HERE, *LINKS, *NOBODY])
def test_what_is_on_no_network_is_never_allowed(address):
    assert not is_public_or_private(address)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0"),
        *("::1", "::ffff:127.0.0.1", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1"),
    ],
)
def test_this_machine_is_not_asked_under_any_of_its_names(host):
    with pytest.raises(NotAsked, match="which is no public address: it is not asked"):
        connect_outside(host, 443, seconds=1)


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "..", ".example.org", "ex\0ample.org"])
def test_what_is_no_name_is_an_error_of_the_network(host):
    with pytest.raises(OSError, match=r".") as refused:
        connect_outside(host, 443, seconds=1)

    assert isinstance(refused.value, (NotAsked, socket.gaierror))


def test_one_address_inside_among_others_is_enough():
    with pytest.raises(NotAsked, match=r"two\.example leads to 10\.0\.0\.1"):
        connect_outside("two.example", 443, seconds=1, resolve=Names([["93.184.216.34", "10.0.0.1"]]))


def test_a_name_without_addresses_is_not_asked():
    with pytest.raises(NotAsked, match="has no address"):
        connect_outside("none.example", 443, seconds=1, resolve=Names([[]]))


def test_what_was_looked_at_is_asked_though_the_name_leads_elsewhere_by_then():
    names = Names([["127.0.0.1"], ["127.0.0.2"]])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with connect_outside(
            "flips.example", port, seconds=5, is_allowed="127.0.0.1".__eq__, resolve=names
        ) as made:
            assert made.getpeername() == ("127.0.0.1", port)

    assert names.asked == ["flips.example"]


def test_the_next_address_is_asked_if_one_does_not_answer():
    names = Names([["127.0.0.2", "127.0.0.1"]])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with connect_outside("two.example", port, seconds=5, is_allowed=bool, resolve=names) as made:
            assert made.getpeername()[0] == "127.0.0.1"


def test_who_waits_is_woken_and_told():
    near, far = socket.socketpair()
    with (
        near,
        far,
        pytest.raises(TimeoutError, match=r"longer than 0\.01 seconds"),
        hung_up_after(0.01, near),
    ):
        assert near.recv(1) == b""  # without a timeout of its own


def test_who_is_done_in_time_keeps_the_connection():
    near, far = socket.socketpair()
    with near, far:
        with hung_up_after(60, near):
            far.sendall(b"in time")
        assert near.recv(7) == b"in time"


class Names:
    """A resolver whose answers change: one list of addresses for each time it is asked."""

    def __init__(self, answers: list[list[str]]):
        self.answers, self.asked = answers, []

    def __call__(self, host: str, port: int, **how) -> list[tuple]:
        self.asked.append(host)
        return [(socket.AF_INET, how["type"], 6, "", (address, port)) for address in self.answers.pop(0)]
