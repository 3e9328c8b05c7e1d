"""From where somebody asks."""

import pytest

from newsroom.editorial.addresses import one_line


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", ""),
        ("a:b", "a:b"),
    ],
)
def test_a_line_is_an_address_or_the_network_it_is_given(address, line):
    assert one_line(address) == line
