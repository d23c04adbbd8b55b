"""The private authority that vouches for WeChat's host names where the stand-in serves them by TLS.

It is made once in a folder of the user's and kept, so that it need be trusted once. Whoever got hold of its key could
vouch for nothing but names below weixin.qq.com (RFC 5280, 4.2.1.10: name constraints). The server's own key is made for
each start and kept nowhere.
"""

from __future__ import annotations

import datetime
import os
import re
import ssl
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

from harness.wechat.hosts import DOMAIN, HOSTS

AUTHORITY, KEY, BUNDLE = "ca.pem", "ca-key.pem", "bundle.pem"
NAME = "linkage-harness: WeChat stand-in of this machine"
DAY = datetime.timedelta(days=1)
AUTHORITY_DAYS, SERVER_DAYS = 3650, 397  # some clients refuse servers' certificates of more days
RENEW_DAYS = 30  # before its end
# Variables that name a file of authorities which a program is to trust: those of OpenSSL (Python, Ruby, PHP, Go),
# Python's requests, curl; Node.js trusts its file beside those that it brings.
INSTEAD = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
BESIDE = "NODE_EXTRA_CA_CERTS"
ONE = re.compile(rb"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority of one ``folder``; ``bundle`` is a PEM file of all that is trusted already, and it."""

    folder: Path
    _certificate: x509.Certificate
    _key: ec.EllipticCurvePrivateKey

    @property
    def certificate(self) -> Path:
        return self.folder / AUTHORITY

    @property
    def bundle(self) -> Path:
        return self.folder / BUNDLE

    @property
    def variables(self) -> dict[str, str]:
        """What has a program trust it, beside all that it trusts already."""
        return dict.fromkeys((*INSTEAD, BESIDE), str(self.bundle))

    def server_context(self) -> ssl.SSLContext:
        """What a server of WeChat's host names needs: a new key, and the authority's word for it."""
        key, now = ec.generate_private_key(ec.SECP256R1()), _now()
        its = self._certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        certificate = (
            _certificate(key, _name(HOSTS[0]), self._certificate.subject, now, SERVER_DAYS)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(its), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.TemporaryDirectory() as folder:  # the ssl module reads files alone
            file = Path(folder, "server.pem")
            _write(file, _pem(key) + certificate.public_bytes(serialization.Encoding.PEM), secret=True)
            context.load_cert_chain(file)
        return context


def open_authority(folder: Path, environ: Mapping[str, str] = os.environ) -> Authority:
    """That of ``folder``; a new one where there is none, or it ends soon. OSError where nothing can be written there.

    Its bundle is written anew: the authorities that ``environ`` names, else certifi's, and this one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        authority = kept_authority(folder) or _new(folder)
        _write(authority.bundle, _trusted(environ, authority.certificate))
    return authority


def kept_authority(folder: Path) -> Authority | None:
    """That of ``folder`` as it is; None where there is none that goes on for a while."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), password=None)
    except (FileNotFoundError, ValueError):
        return None
    fits = isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key()
    if not fits or certificate.not_valid_after_utc < _now() + RENEW_DAYS * DAY:
        return None
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(folder, certificate, key)


def _new(folder: Path) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(NAME)
    certificate = (
        _certificate(key, name, name, _now(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(vouches=True), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(DOMAIN)], None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(folder / KEY, _pem(key), secret=True)
    _write(folder / AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(folder, certificate, key)


def _certificate(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, now: datetime.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)  # clocks differ
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool = False, vouches: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=vouches,
        crl_sign=vouches,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _trusted(environ: Mapping[str, str], ours: Path) -> bytes:
    """The authorities trusted so far and ours, each once: a variable may name a bundle of ours already."""
    named = [Path(environ[name]) for name in INSTEAD if environ.get(name)]
    files = [next((file for file in named if file.is_file()), Path(certifi.where()))]
    files += [Path(environ[BESIDE])] if environ.get(BESIDE) else []
    found = [one for file in (*files, ours) if file.is_file() for one in ONE.findall(file.read_bytes())]
    return b"\n".join((*dict.fromkeys(found), b""))


def _write(file: Path, content: bytes, *, secret: bool = False) -> None:
    """Whole or not at all, with the key for the user's eyes only."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with open(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb"
    ) as opened:
        opened.write(content)
    draft.replace(file)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
