"""OpenID: who connected, signed by a key of this simulator (FACTS 1.3, 1.7).

RSA by hand, because the standard library has none; the key only has to verify, not to protect.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")  # DER of SHA-256
_EXPONENT, _BITS = 65537, 1024
_SMALL = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


def _is_prime(number, rounds=24):
    if any(number % small == 0 for small in _SMALL):
        return number in _SMALL
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        value = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if value in (1, number - 1):
            continue
        for _ in range(twos - 1):
            value = pow(value, 2, number)
            if value == number - 1:
                break
        else:
            return False
    return True


def _prime(bits):
    while True:
        candidate = secrets.randbits(bits) | (3 << bits - 2) | 1
        if candidate % _EXPONENT != 1 and _is_prime(candidate):
            return candidate


def _b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _int_b64(number):
    return _b64(number.to_bytes((number.bit_length() + 7) // 8, "big"))


class Identity:
    """Claims and id tokens of one simulator."""

    def __init__(self, sim):
        self.sim, self._key = sim, None

    def _keys(self):
        if self._key is None:
            p, q = _prime(_BITS // 2), _prime(_BITS // 2)
            self._key = p * q, pow(_EXPONENT, -1, (p - 1) * (q - 1))
        return self._key

    def jwks(self):
        modulus, _private = self._keys()
        return {
            "keys": [
                {
                    "kty": "RSA",
                    "e": _int_b64(_EXPONENT),
                    "use": "sig",
                    "kid": "sim1",
                    "alg": "RS256",
                    "n": _int_b64(modulus),
                }
            ]
        }

    def id_token(self, grant):
        now = int(self.sim.clock.timestamp())
        claims = {
            "sub": f"user-{grant['user']}",
            "aud": [grant["client"]],
            "realmid": grant["realm"],
            "auth_time": int(grant["created"]),
            "iss": f"{self.sim.url}/op/v1",
            "exp": now + 3600,
            "iat": now,
        }
        head = _b64(json.dumps({"kid": "sim1", "alg": "RS256"}).encode())
        signed = f"{head}.{_b64(json.dumps(claims).encode())}"
        return f"{signed}.{_b64(self._sign(signed.encode()))}"

    def _sign(self, data):
        modulus, private = self._keys()
        digest = _PREFIX + hashlib.sha256(data).digest()
        size = _BITS // 8
        padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
        return pow(int.from_bytes(padded, "big"), private, modulus).to_bytes(size, "big")

    def claims(self, grant):
        """What UserInfo tells within the granted scopes, in camel case."""
        scopes = grant["scope"].split()
        result = {"sub": f"user-{grant['user']}"}
        if "email" in scopes:
            result |= {"email": "owner@example.com", "emailVerified": True}
        if "profile" in scopes:
            result |= {"givenName": "Sim", "familyName": "Owner"}
        if "phone" in scopes:
            result |= {"phoneNumber": "+1 5550100", "phoneNumberVerified": False}
        if "address" in scopes:
            result["address"] = {
                "streetAddress": "123 Sierra Way",
                "locality": "San Pablo",
                "region": "CA",
                "postalCode": "87999",
                "country": "US",
            }
        return result
