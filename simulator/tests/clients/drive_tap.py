"""tap-quickbooks with nothing changed but its two base URLs."""

import os

from tap_quickbooks import client, main

client.SANDBOX_ENDPOINT_BASE = client.PROD_ENDPOINT_BASE = os.environ["SIM_URL"]
client.TOKEN_REFRESH_URL = os.environ["SIM_URL"] + "/oauth2/v1/tokens/bearer"
main()
