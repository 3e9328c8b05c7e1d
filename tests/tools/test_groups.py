"""What shares a server runs in one worker."""

import os

import pytest


@pytest.mark.xdist_group("groups")
def test_the_group_of_a_test_reaches_who_hands_tests_out(request):
    """pytest 9.2 hid it from pytest-xdist 3.8, without a word: every worker started every server anew."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("this run has no workers")
    assert request.node.nodeid.endswith("@groups")
