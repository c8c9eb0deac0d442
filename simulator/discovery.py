"""The OpenID discovery document with this simulator's own addresses (FACTS 1.1)."""

from __future__ import annotations


def document(url, _sandbox=True):
    return {
        "issuer": f"{url}/op/v1",
        "authorization_endpoint": f"{url}/connect/oauth2",
        "token_endpoint": f"{url}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{url}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{url}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{url}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }
