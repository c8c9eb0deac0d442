from . import base_partner_merge
from . import quickbooks_connection_test
from . import quickbooks_drift_ignore
from . import quickbooks_match
from . import quickbooks_opening_wizard
