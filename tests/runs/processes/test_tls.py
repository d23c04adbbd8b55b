"""A service with a certificate of a private CA, which asks for ours: reached, and told where it is not."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from harness.config.settings import load
from harness.core.errors import UsageError

CONTRACT = """
openapi: 3.0.3
info: {title: Shop, version: 1.0.0}
paths:
  /goods:
    get:
      operationId: listGoods
      responses: {"200": {description: all, content: {application/json: {schema: {type: array}}}}}
"""
TOML = """\
name = "shop"
environment = "disposable"
language = "en"
start_within = 2

[services.shop]
title = {{zh = "商城", en = "shop"}}
url = "{url}"
health = "/health"
platform = "website"
contracts = ["shop.yaml"]
{tls}
"""
TLS = 'tls = {ca = "ca.pem", certificate = "ours.pem", key = "ours.key"}'


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"[]"
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def certificate(folder: Path, name: str, issuer: str | None = None) -> None:
    """``name.pem`` and ``name.key``, signed by ``issuer`` or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, by = key, subject
    if issuer is not None:
        signer = serialization.load_pem_private_key((folder / f"{issuer}.key").read_bytes(), None)  # type: ignore
        by = x509.load_pem_x509_certificate((folder / f"{issuer}.pem").read_bytes()).subject
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(by, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    (folder / f"{name}.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    for name, issuer in (("ca", None), ("theirs", "ca"), ("ours", "ca"), ("other", None)):
        certificate(tmp_path, name, issuer)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(tmp_path / "ca.pem"))
    context.load_cert_chain(tmp_path / "theirs.pem", tmp_path / "theirs.key")
    context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def project(folder: Path, url: str, tls: str) -> Path:
    (folder / "contracts").mkdir(exist_ok=True)
    (folder / "contracts" / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
    (folder / "harness.toml").write_text(TOML.format(url=url, tls=tls), encoding="utf-8")
    return folder / "harness.toml"


def pytest_in(folder: Path) -> tuple[int, str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "contracts/shop.yaml::shop::listGoods",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_contract_tests_of_a_service_behind_mutual_tls(tmp_path: Path, url: str) -> None:
    project(tmp_path, url, TLS)
    code, said = pytest_in(tmp_path)
    assert code == 0, said


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        ("", "CERTIFICATE_VERIFY_FAILED"),
        ('tls = {ca = "other.pem"}', "CERTIFICATE_VERIFY_FAILED"),
        # In TLS 1.3 the refusal may come with the end of the connection, or be overtaken by it.
        ('tls = {ca = "ca.pem"}', "DID_NOT_ANSWER_AT_HTTPS"),
    ],
)
def test_who_is_not_let_in_is_told_and_no_product_is_blamed(
    tmp_path: Path, url: str, tls: str, told: str
) -> None:
    project(tmp_path, url, tls)
    code, said = pytest_in(tmp_path)
    assert code == 3, said
    seen = said.upper().replace(" ", "_")
    assert told in seen, said


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        ('tls = {key = "ours.key"}', "key needs certificate"),
        ("tls = {}", "tls says ca, certificate or both"),
        ('tls = {cert = "ours.pem"}', "keys here are ca, certificate, key"),
    ],
)
def test_what_is_wrong_with_it(tmp_path: Path, tls: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        load(project(tmp_path, "https://sit.example", tls))
    with pytest.raises(UsageError, match="a url of https:// only"):
        load(project(tmp_path, "http://sit.example", 'tls = {ca = "ca.pem"}'))


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", encoding="utf-8")
    tls = load(project(tmp_path, "https://sit.example", 'tls = {ca = "ca.pem"}')).services["shop"].tls
    assert tls is not None
    with pytest.raises(UsageError, match=r"tls: ca\.pem cannot be used"):
        tls.context()
