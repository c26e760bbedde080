"""The store in Redis: the logs of all boards, pub/sub between processes, and look-ups of codes and tokens."""

from server.store.logs import Store as Store
from server.store.logs import connect as connect
from server.store.pubsub import PubSub as PubSub
from server.store.types import LEADER as LEADER
from server.store.types import NOTICE as NOTICE
from server.store.types import REMOVED as REMOVED
from server.store.types import Conflict as Conflict
from server.store.types import Credential as Credential
from server.store.types import Head as Head
from server.store.types import Joining as Joining
from server.store.types import Loaded as Loaded
from server.store.types import Logged as Logged
from server.store.types import NoBoard as NoBoard
from server.store.types import StoreAway as StoreAway
