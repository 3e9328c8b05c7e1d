"""What the files in deploy/ repeat of the settings."""

import re

from django.utils.csp import build_policy

from tests.nginx import TEMPLATE


def test_nginx_sends_the_policy_of_the_settings_with_a_page_file(settings):
    [policy] = re.findall(r'Content-Security-Policy "(.+?)";', TEMPLATE.read_text())

    assert policy == build_policy(settings.SECURE_CSP)
