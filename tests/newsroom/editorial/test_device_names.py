"""A phone is called by its browser and its make."""

import pytest

from newsroom.editorial.device_names import name_of

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) " + WEBKIT
BLINK = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0"
ANDROID = "Mozilla/5.0 (Linux; Android 15;"
SEEN = {
    f"{IOS} Version/19.0 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    f"{IOS} CriOS/138.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    f"Mozilla/5.0 (iPad; CPU OS 19_0 like Mac OS X) {WEBKIT} FxiOS/140.0 Mobile/15E148 Safari/604.1": "Firefox on iPad",
    f"{ANDROID} Pixel 9) {BLINK} Mobile Safari/537.36": "Chrome on Android",
    f"{ANDROID} S25) {BLINK} SamsungBrowser/28.0 Mobile Safari/537.36": "Samsung Internet on Android",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK} Safari/537.36 Edg/138.0": "Edge on Windows",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    "curl/8.14.1": "Phone",
    "": "Phone",
}


@pytest.mark.parametrize(("user_agent", "name"), SEEN.items())
def test_name_says_browser_and_machine(user_agent, name):
    assert name_of(user_agent) == name
