from __future__ import annotations

import datetime
import socket
import ssl
import stat
import threading
from pathlib import Path

import certifi
import pytest
from cryptography import x509

from harness.wechat import authority as module
from harness.wechat.authority import Authority, open_authority
from harness.wechat.hosts import HOSTS


def handshake(server: ssl.SSLContext, trusted: Path, host: str) -> None:
    """What a client that checks everything makes of the server; ssl.SSLError where it refuses it."""
    client = ssl.create_default_context(cafile=str(trusted))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # Python's default since 3.13
    ours, theirs = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(theirs, server_side=True).close()
        except OSError:
            theirs.close()

    answering = threading.Thread(target=answer)
    answering.start()
    try:
        client.wrap_socket(ours, server_hostname=host).close()
    finally:
        ours.close()
        answering.join()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return open_authority(tmp_path / "ca", {})


@pytest.mark.parametrize("trusted", ["certificate", "bundle"])
def test_every_host_of_wechats_is_vouched_for(authority: Authority, trusted: str) -> None:
    context = authority.server_context()
    for host in HOSTS:
        handshake(context, getattr(authority, trusted), host)


def test_nobody_else_trusts_it_and_it_is_nobody_else(authority: Authority) -> None:
    context = authority.server_context()
    with pytest.raises(ssl.SSLError, match="unable to get local issuer"):
        handshake(context, Path(certifi.where()), HOSTS[0])
    with pytest.raises(ssl.SSLError, match="Hostname mismatch"):
        handshake(context, authority.certificate, "www.example.com")


def test_its_key_can_vouch_for_no_other_domain(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HOSTS", ("www.example.com",))
    with pytest.raises(ssl.SSLError, match="permitted subtree violation"):
        handshake(authority.server_context(), authority.certificate, "www.example.com")


def test_it_is_made_once_and_its_key_is_the_users_own(authority: Authority, tmp_path: Path) -> None:
    before = authority.certificate.read_bytes()
    again = open_authority(tmp_path / "ca", {})
    assert again.certificate.read_bytes() == before
    handshake(again.server_context(), authority.certificate, HOSTS[0])
    assert stat.S_IMODE((tmp_path / "ca" / module.KEY).stat().st_mode) == 0o600
    keys = [file.name for file in (tmp_path / "ca").iterdir() if b"PRIVATE KEY" in file.read_bytes()]
    assert keys == [module.KEY]


@pytest.mark.parametrize("harm", ["ends soon", "another key", "no certificate", "no key"])
def test_one_that_is_no_good_is_made_anew(
    authority: Authority, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, folder = authority.certificate.read_bytes(), authority.folder
    if harm == "ends soon":
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=module.AUTHORITY_DAYS - 29)
        monkeypatch.setattr(module, "_now", lambda: later)
    elif harm == "another key":
        other = open_authority(folder.parent / "other", {})
        (folder / module.KEY).write_bytes((other.folder / module.KEY).read_bytes())
    elif harm == "no certificate":
        authority.certificate.write_text("no certificate", encoding="utf-8")
    else:
        (folder / module.KEY).unlink()
    anew = open_authority(folder, {})
    assert anew.certificate.read_bytes() != before
    monkeypatch.undo()
    if harm != "ends soon":
        handshake(anew.server_context(), anew.bundle, HOSTS[0])


def subjects(file: Path) -> list[str]:
    return [each.subject.rfc4514_string() for each in x509.load_pem_x509_certificates(file.read_bytes())]


def test_the_bundle_adds_it_to_what_is_trusted_already(tmp_path: Path) -> None:
    company, team = (open_authority(tmp_path / name, {}).certificate for name in ("company", "team"))
    environ = {"SSL_CERT_FILE": str(company), "NODE_EXTRA_CA_CERTS": str(team)}
    ours = open_authority(tmp_path / "ca", environ)
    assert len(subjects(ours.bundle)) == 3
    # With the variables that it printed before, nothing is twice and nothing is missing.
    assert set(ours.variables.values()) == {str(ours.bundle)}
    before = ours.bundle.read_bytes()
    assert open_authority(tmp_path / "ca", ours.variables).bundle.read_bytes() == before
    gone = open_authority(tmp_path / "ca", {"SSL_CERT_FILE": str(tmp_path / "gone.pem")})
    assert gone.bundle.read_bytes().count(b"BEGIN") > 100, "those of certifi"
