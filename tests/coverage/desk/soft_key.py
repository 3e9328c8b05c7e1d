"""A passkey in software: answers what a page asks as a browser hands on what a real one signed (WebAuthn Level 2)."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftKey:
    """`verifies`: whether it asks its holder for a finger, a face or a PIN."""

    origin: str = "https://testserver"
    host: str = "testserver"
    verifies: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    user_handle: str = ""  # whose it is; kept when it is made

    def create(self, options: dict) -> str:
        """Answers `navigator.credentials.create()`, as JSON."""
        asked = options["publicKey"]
        self.user_handle = asked["user"]["id"]
        public_key = ES256.from_cryptography_key(self.key.public_key())
        kept = AttestedCredentialData.create(bytes(16), self.credential_id, public_key)
        signed = self._data(FLAG.AT, kept)
        response = {
            "clientDataJSON": websafe_encode(self._client_data("webauthn.create", asked)),
            "attestationObject": websafe_encode(AttestationObject.create("none", signed, {})),
        }
        return self._answer(response, clientExtensionResults={"credProps": {"rk": True}})

    def get(self, options: dict) -> str:
        """Answers `navigator.credentials.get()`, as JSON."""
        client_data, signed = self._client_data("webauthn.get", options["publicKey"]), self._data()
        signature = self.key.sign(signed + client_data.hash, ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client_data),
            "authenticatorData": websafe_encode(signed),
            "signature": websafe_encode(signature),
            "userHandle": self.user_handle,
        }
        return self._answer(response, clientExtensionResults={})

    def _client_data(self, type: str, asked: dict) -> CollectedClientData:
        return CollectedClientData.create(type, websafe_decode(asked["challenge"]), self.origin)

    def _data(self, flags: int = 0, kept: AttestedCredentialData | None = None) -> AuthenticatorData:
        flags |= FLAG.UP | (FLAG.UV if self.verifies else 0)
        return AuthenticatorData.create(hashlib.sha256(self.host.encode()).digest(), flags, 0, kept or b"")

    def _answer(self, response: dict, **more) -> str:
        name = websafe_encode(self.credential_id)
        return json.dumps({"type": "public-key", "id": name, "rawId": name, "response": response, **more})
