"""What the updater does when its proxy misbehaves. No test sleeps: what has to have happened is waited for."""

import pathlib
import subprocess
import sys

import misproxy as lib
import pytest

UPDATER = pathlib.Path(__file__).with_name("updater.py")
URL = "https://tools.cisco.com/bytes/300000"


def update(proxy, tmp_path, url=URL, patience="5"):
    """Runs it, and returns how it ended and the file's size."""
    path = tmp_path / "update"
    env = proxy.env() | {"UPDATER_PATIENCE": patience}
    done = subprocess.run([sys.executable, UPDATER, url, path], env=env, capture_output=True, text=True, check=False)
    return done, path.stat().st_size if path.exists() else None


# --- it works


def test_an_update_is_whole(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path)
    assert done.returncode == 0, done.stderr
    assert size == 300000
    misproxy.wait_for("closed")
    assert misproxy.verdict().healthy


def test_it_asks_for_the_host_by_connect(misproxy, tmp_path):
    update(misproxy, tmp_path)
    (request,) = misproxy.wait_for("request")
    assert request["method"] == "CONNECT"
    assert request["target"] == "tools.cisco.com:443"


def test_it_is_one_connection(misproxy, tmp_path):
    update(misproxy, tmp_path)
    misproxy.wait_for("closed")
    assert len(misproxy.events("connected")) == 1


def test_an_empty_file_is_one(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path, "https://tools.cisco.com/bytes/0")
    assert (done.returncode, size) == (0, 0)


def test_two_runs_have_one_digest(tmp_path):
    digests = set()
    for _ in range(2):
        with lib.Proxy("acl-deny-403", seed=7) as proxy:
            update(proxy, tmp_path)
            proxy.wait_for("closed")
            digests.add(proxy.digest())
    assert len(digests) == 1


# --- the proxy denies


@pytest.mark.misproxy("acl-deny-403", "auth-missing-407", "auth-ntlm-only-407")
def test_a_denial_is_told_and_not_tried_again(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path, misproxy.target)
    assert done.returncode == 2, done.stderr
    assert size is None
    misproxy.wait_for("closed")
    assert len(misproxy.events("request")) == 1


@pytest.mark.misproxy("acl-deny-403", seed=3)
def test_the_verdict_is_a_denial(misproxy, tmp_path):
    update(misproxy, tmp_path)
    misproxy.wait_for("closed")
    assert misproxy.verdict().id == "proxy-denied"
    assert misproxy.verdict().confidence == "certain"


# --- what is behind the proxy fails


@pytest.mark.misproxy("bad-gateway-502", "resolve-failure-squid", "refused-squid", "refused")
def test_a_failing_proxy_is_tried_three_times(misproxy, tmp_path):
    done, _ = update(misproxy, tmp_path, misproxy.target)
    assert done.returncode == 8, done.stderr
    misproxy.wait_for("closed", count=3)
    assert len(misproxy.events("request")) == 3


FIRST_TWO_FAIL = {
    "schema": 1,
    "about": {"id": "first-two-fail", "title": "Twice 503, then it works", "teaches": "Retries help."},
    "origin": [{"host": "tools.cisco.com"}],
    "fault": [{"id": "busy", "when": {"point": "request-head", "attempt": "1..2"}, "do": {"respond": {"status": 503}}}],
}


@pytest.mark.misproxy(FIRST_TWO_FAIL)
def test_the_third_attempt_succeeds(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path)
    assert (done.returncode, size) == (0, 300000)
    assert done.stderr.count("attempt") == 2
    assert len(misproxy.events(fault="busy")) == 2


@pytest.mark.misproxy(FIRST_TWO_FAIL)
def test_a_fault_that_is_turned_off_does_not_act(misproxy, tmp_path):
    misproxy.disable("busy")
    done, _ = update(misproxy, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    misproxy.enable("busy")
    misproxy.reset()
    assert update(misproxy, tmp_path)[0].stderr.count("attempt") == 2


# --- the download breaks


@pytest.mark.misproxy("truncated-download", "reset-mid-download")
def test_a_broken_download_is_never_kept(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path, misproxy.target)
    assert done.returncode == 4, done.stderr
    assert size is None
    misproxy.wait_for("closed", count=3)


@pytest.mark.misproxy("corrupt-record")
def test_a_changed_byte_is_found_by_tls(misproxy, tmp_path):
    done, size = update(misproxy, tmp_path, misproxy.target)
    assert (done.returncode, size) == (4, None), done.stderr


def cut_at(offset):
    return {
        "schema": 1,
        "about": {"id": "cut", "title": "Cut at a byte", "teaches": "Where it is cut does not matter."},
        "origin": [{"host": "tools.cisco.com", "alpn": ["http/1.1"]}],
        "fault": [{
            "id": "cut",
            "when": {"point": "tunnel", "direction": "to_client", "offset_bytes": offset},
            "do": {"close": {"how": "rst"}},
        }],
    }


@pytest.mark.parametrize("offset", [0, 1, 100, 2000, 100000])
def test_a_reset_anywhere_is_a_failure(tmp_path, offset):
    with lib.Proxy(cut_at(offset)) as proxy:
        done, size = update(proxy, tmp_path)
        assert (done.returncode, size) == (4, None), done.stderr
        assert {event["offset"] for event in proxy.events(fault="cut")} == {offset}


# --- silence


@pytest.mark.misproxy("stall-after-tls")
def test_a_stall_ends_with_the_updaters_patience(misproxy, tmp_path):
    done, _ = update(misproxy, tmp_path, misproxy.target, patience="0.3")
    assert done.returncode == 5, done.stderr
    misproxy.wait_for("closed")
    assert not misproxy.verdict().healthy


@pytest.mark.misproxy("stall-before-reply", "stall-after-reply")
def test_silence_of_the_proxy_is_told(misproxy, tmp_path):
    done, _ = update(misproxy, tmp_path, misproxy.target, patience="0.3")
    assert done.returncode == 5, done.stderr


# --- trust


@pytest.mark.misproxy("certificate-expired", "certificate-self-signed", "inspection-untrusted")
def test_who_is_not_to_be_trusted_gets_no_request(misproxy, tmp_path):
    done, _ = update(misproxy, tmp_path, misproxy.target)
    assert done.returncode == 3, done.stderr
    misproxy.wait_for("closed")
    assert misproxy.events("inner-request") == []


# --- the server


@pytest.mark.misproxy("origin-not-found-404")
def test_a_file_that_is_not_there_is_told(misproxy, tmp_path):
    done, _ = update(misproxy, tmp_path, misproxy.target)
    assert done.returncode == 6, done.stderr


# --- the tool itself


def test_a_scenarios_mistake_has_its_place():
    with pytest.raises(lib.ApiError, match="did you mean `request-head`") as raised:
        lib.Proxy({"schema": 1, "about": {"id": "x", "title": "t", "teaches": "u"}, "origin": [{"host": "a.test"}],
                   "fault": [{"id": "f", "when": {"point": "request-heed"}, "do": {"stall": {}}}]})
    assert raised.value.type == "bad-scenario"


def test_what_does_not_happen_is_timed_out(misproxy):
    with pytest.raises(lib.TimedOut):
        misproxy.wait_for("closed", timeout=0.05)


def test_a_file_of_ones_own_is_served(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("schema = 1\n[about]\nid = 'own'\ntitle = 't'\nteaches = 'u'\n[[origin]]\nhost = 'tools.cisco.com'\n")
    with lib.Proxy(path) as proxy:
        assert update(proxy, tmp_path)[0].returncode == 0


def test_a_bundle_has_all_of_it(misproxy, tmp_path):
    update(misproxy, tmp_path)
    misproxy.wait_for("closed")
    assert misproxy.bundle()[:2] == b"PK"
    assert '"event":"request"' in misproxy.trace()
    assert misproxy.har()["log"]["entries"][-1]["request"]["url"] == URL
