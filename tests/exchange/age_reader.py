"""Opens age files with a passphrase by the published format alone, with nothing of age's own code.

The format: https://age-encryption.org/v1. Header with one scrypt stanza, HKDF-SHA-256, payload in
ChaCha20-Poly1305 chunks of 64 KiB (RFC 8439). Slow, and enough for a test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

CHUNK = 64 * 1024


def opened(sealed: bytes, passphrase: str) -> bytes:
    """Return what an age file holds that was locked with a passphrase."""
    head, _, rest = sealed.partition(b"\n--- ")
    mac, _, payload = rest.partition(b"\n")
    version, stanza, body = head.decode().split("\n")
    assert version == "age-encryption.org/v1"
    arrow, kind, salt, work = stanza.split(" ")
    assert (arrow, kind) == ("->", "scrypt")
    cost = 1 << int(work)
    wrap = hashlib.scrypt(
        passphrase.encode(),
        salt=b"age-encryption.org/v1/scrypt" + _plain(salt),
        n=cost,
        r=8,
        p=1,
        maxmem=256 * cost * 8,
        dklen=32,
    )
    key = _open(wrap, bytes(12), _plain(body))
    assert hmac.new(_hkdf(key, b"", b"header"), head + b"\n---", "sha256").digest() == _plain(mac.decode())
    stream = _hkdf(key, payload[:16], b"payload")
    chunks = [payload[at : at + CHUNK + 16] for at in range(16, len(payload), CHUNK + 16)]
    return b"".join(
        _open(stream, number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]), chunk)
        for number, chunk in enumerate(chunks)
    )


def _plain(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    extracted = hmac.new(salt or bytes(32), key, "sha256").digest()
    return hmac.new(extracted, info + b"\x01", "sha256").digest()


def _open(key: bytes, nonce: bytes, sealed: bytes) -> bytes:
    body, tag = sealed[:-16], sealed[-16:]
    one_time = _block(key, 0, nonce)[:32]
    padded = body + bytes(-len(body) % 16) + struct.pack("<QQ", 0, len(body))
    assert _poly1305(one_time, padded) == tag, "the seal is broken"
    keys = b"".join(_block(key, 1 + at // 64, nonce) for at in range(0, len(body), 64))
    return bytes(one ^ other for one, other in zip(body, keys, strict=False))


def _poly1305(key: bytes, text: bytes) -> bytes:
    factor = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(text), 16):
        total = (total + int.from_bytes(text[at : at + 16] + b"\x01", "little")) * factor % ((1 << 130) - 5)
    return ((total + int.from_bytes(key[16:], "little")) & ((1 << 128) - 1)).to_bytes(16, "little")


def _block(key: bytes, counter: int, nonce: bytes) -> bytes:
    start = [*struct.unpack("<4I", b"expand 32-byte k"), *struct.unpack("<8I", key), counter]
    start += struct.unpack("<3I", nonce)
    s = list(start)
    for _ in range(10):
        for a, b, c, d in (
            (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
            (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
        ):  # fmt: skip
            for one, two, three, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                s[one] = (s[one] + s[two]) & 0xFFFFFFFF
                mixed = s[three] ^ s[one]
                s[three] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF
    return struct.pack("<16I", *((x + y) & 0xFFFFFFFF for x, y in zip(s, start, strict=True)))
