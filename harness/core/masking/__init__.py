"""Masking: no secret and no personal data is written to disk.

Every writer goes through :func:`mask` (JSON values, known by their fields), :func:`mask_text` (free text),
:func:`mask_header` or :func:`mask_body`. What counts is decided by the name of a field (:mod:`.names`), by shape and
checksum wherever it stands (:mod:`.shapes`), and by what contracts and harness.toml declare (:mod:`.rules`). Of a
masked value a digest stays (:mod:`.digests`): enough to tell two apart within a run, never enough to use one.
"""

from harness.core.masking.credentials import declare_credential, declare_credentials
from harness.core.masking.digests import KEY, digest, is_masked, sendable
from harness.core.masking.forms import mask_path, mask_query, mask_target
from harness.core.masking.headers import is_secret_header, is_secret_parameter, mask_header
from harness.core.masking.markup import mask_field, mask_labelled
from harness.core.masking.media import mask_body
from harness.core.masking.named import is_one_time
from harness.core.masking.names import Secrecy, secrecy_of
from harness.core.masking.pairs import mask_text
from harness.core.masking.rules import VARIABLE, MaskingSettings, Rules, declare
from harness.core.masking.shapes import PHONE, mask_shapes
from harness.core.masking.values import mask, mask_texts

__all__ = [
    "KEY",
    "PHONE",
    "VARIABLE",
    "MaskingSettings",
    "Rules",
    "Secrecy",
    "declare",
    "declare_credential",
    "declare_credentials",
    "digest",
    "is_masked",
    "is_one_time",
    "is_secret_header",
    "is_secret_parameter",
    "mask",
    "mask_body",
    "mask_field",
    "mask_header",
    "mask_labelled",
    "mask_path",
    "mask_query",
    "mask_shapes",
    "mask_target",
    "mask_text",
    "mask_texts",
    "secrecy_of",
    "sendable",
]
