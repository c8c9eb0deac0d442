from . import vault
from . import tokens
from . import meter
from . import gateway
from . import connector
