"""A chain that py-evm really executes: blocks built one by one, a pool of transactions, branches of any depth."""

import quickstart  # before all that imports py-evm

import time

import rlp
import transactions
from blocks import Block
from eth.chains.base import Chain as PyEVMChain
from eth.db.atomic import AtomicDB
from eth.exceptions import Revert
from eth.vm.forks.prague import PragueVM
from eth.vm.forks.shanghai.withdrawals import Withdrawal
from eth.vm.spoof import SpoofTransaction
from eth_utils import ValidationError, keccak
from traces import trace, transaction_tree
from wire import Refused, data, parse_data, parse_quantity, quantity


class State(PragueVM._state_class):
    computation_class = trace(PragueVM._state_class.computation_class)

    def set_system_contracts(self):
        """There are none here; py-evm would look for them each time."""


class VM(PragueVM):
    _state_class = State


class Chain:
    """Prague's rules. `canonical` holds the hashes by height; `blocks` every block there ever was."""

    def __init__(self, chain_id=1337, genesis_time=None, gas_limit=60_000_000, seed=""):
        parameters = {
            "difficulty": 0, "gas_limit": gas_limit, "nonce": bytes(8),
            "timestamp": int(time.time()) - 7200 if genesis_time is None else genesis_time}
        rules = type("Rules", (PyEVMChain,), {"chain_id": chain_id, "vm_configuration": ((0, VM),)})
        accounts = {address: {"balance": 10**24, "nonce": 0, "code": b"", "storage": {}}
                    for address in transactions.ACCOUNTS}
        self.rules = rules.from_genesis(AtomicDB(), parameters, accounts)
        self.chain_id, self.seed, self.built = chain_id, seed, 0
        genesis = Block(self.rules.get_canonical_block_by_number(0), [], [], chain_id)
        self.blocks, self.canonical = {genesis.hash: genesis}, [genesis.hash]
        self.places = {}  # of each transaction: (block, index), also in blocks that were dropped
        self.pool, self.automine = [], True
        # Seconds: after which a block is mined of itself; from one block's time to the next; of the next block.
        self.period = self.interval = self.next_time = None
        self.withdrawals, self.snapshots = 0, []
        self.read = None, None  # the block whose state was read last, and that

    @property
    def head(self):
        return self.blocks[self.canonical[-1]]

    # Building

    def mine(self, count=1):
        """Extends the chain: the first of the blocks takes what the pool holds and the block can."""
        for left in reversed(range(count)):
            block, self.pool = self.build(self.head, self.pool, pooled=True, later=left)
            self.canonical.append(block.hash)

    def mine_block(self, specification):
        """One block, exactly as specified: see `branch`."""
        self.reorganize(0, [specification])

    def reorganize(self, depth, specifications):
        """Replaces the last `depth` blocks by those specified. What they held is in no block then, nor in the pool."""
        if not 0 <= depth < len(self.canonical):
            raise Refused(-32602, f"no {depth} blocks can be replaced at height {len(self.canonical) - 1}")
        branch = self.canonical[:len(self.canonical) - depth]
        for left, specification in zip(reversed(range(len(specifications))), specifications):
            parent = self.blocks[branch[-1]]
            branch.append(self.branch(parent, specification, left).hash)
        self.canonical = branch
        mined = {each.hash for each in self.pool if self.place(data(each.hash))}
        self.pool = [each for each in self.pool if each.hash not in mined]

    def branch(self, parent, specification, later=0):
        """A block of these transactions in this order: hashes of known ones, signed ones as hexadecimal, or unsigned
        ones as eth_sendTransaction takes them. A list, or an object with also withdrawals, timestamp, miner."""
        if isinstance(specification, list):
            specification = {"transactions": specification}
        return self.build(parent, specification.get("transactions", []), later=later, options=specification)[0]

    def build(self, parent, wanted, pooled=False, later=0, options={}):
        """The block, and those of the transactions wanted that it left in the pool."""
        self.built += 1
        header = self.rules.create_header_from_parent(
            parent.header, gas_limit=parent.header.gas_limit,
            timestamp=parse_quantity(options.get("timestamp"), self.time(parent, later)),
            coinbase=parse_data(options.get("miner"), 20, default=bytes(20)),
            # Every block there is has another one, so that no two are the same.
            mix_hash=keccak(text=f"{self.seed}/{self.built}"),
            parent_beacon_block_root=keccak(text=f"beacon/{self.seed}/{self.built}"))
        vm = self.rules.get_vm(header)
        included, receipts, trees, left = [], [], [], []
        for item in wanted:
            transaction = self.resolve(item, vm.state, header)
            if header.gas_used + transaction.gas > header.gas_limit and pooled:
                left.append(transaction)
                continue
            try:
                receipt, computation = vm.apply_transaction(header, transaction)
            except ValidationError as error:
                if not pooled:
                    hash = data(transaction.hash)
                    raise Refused(-32000, f"transaction {hash} can't be mined here: {error}") from None
                if transaction.nonce > vm.state.get_nonce(transaction.sender):
                    left.append(transaction)
                continue
            trees.append(transaction_tree(transaction, receipt.gas_used - header.gas_used, computation))
            header = vm.increment_blob_gas_used(vm.add_receipt_to_header(header, receipt), transaction)
            included.append(transaction)
            receipts.append(receipt)
        withdrawals = [self.withdrawal(each) for each in options.get("withdrawals", [])]
        vm.apply_all_withdrawals(withdrawals)
        filled = vm.set_block_transactions_and_withdrawals(vm.get_block(), header, included, receipts, withdrawals)
        # No contract on this chain makes requests (EIP-7685): their hash is that of nothing, as the header has it.
        sealed = vm.finalize_block(filled).block
        self.rules.chaindb.db[sealed.hash] = rlp.encode(sealed.header)
        block = Block(sealed, receipts, trees, self.chain_id, self.built)
        self.blocks[block.hash] = block
        for index, transaction in enumerate(included):
            self.places.setdefault(data(transaction.hash), []).append((block, index))
        self.next_time = None
        return block, left

    def resolve(self, item, state, header):
        if not isinstance(item, (str, dict)):
            return item
        builder = VM.get_transaction_builder()
        if isinstance(item, dict):
            nonce = state.get_nonce(transactions.sender(item))
            return transactions.signed(item, builder, self.chain_id, nonce, header.base_fee_per_gas)
        if len(item) != 66:
            return transactions.decode(parse_data(item), builder)
        if item in self.places:
            block, index = self.places[item][0]
            return block.sealed.transactions[index]
        for transaction in self.pool:
            if data(transaction.hash) == item:
                return transaction
        raise Refused(-32000, f"unknown transaction {item}")

    def withdrawal(self, each):
        """Of an amount in gwei (EIP-4895)."""
        number, self.withdrawals = self.withdrawals, self.withdrawals + 1
        return Withdrawal(
            index=parse_quantity(each.get("index"), number), address=parse_data(each["address"], 20),
            validator_index=parse_quantity(each.get("validatorIndex"), 7), amount=parse_quantity(each["amount"]))

    def time(self, parent, later):
        """Later than the parent's; otherwise the clock's, with a second for each block that follows at once."""
        if self.next_time is not None:
            return self.next_time
        if self.interval is not None:
            return parent.header.timestamp + self.interval
        return max(parent.header.timestamp + 1, int(time.time()) - later)

    # The pool

    def send(self, request):
        """Signs, and takes it into the pool."""
        sender = transactions.sender(request)
        nonce = self.state(self.head).get_nonce(sender) + sum(each.sender == sender for each in self.pool)
        builder, base_fee = VM.get_transaction_builder(), self.head.header.base_fee_per_gas
        return self.accept(transactions.signed(request, builder, self.chain_id, nonce, base_fee))

    def accept(self, transaction):
        state = self.state(self.head)
        cost = transaction.value + transaction.gas * transaction.max_fee_per_gas
        if transaction.nonce < state.get_nonce(transaction.sender):
            raise Refused(-32000, "nonce too low")
        if cost > state.get_balance(transaction.sender):
            raise Refused(-32000, "insufficient funds for gas * price + value")
        if transaction.gas > self.head.header.gas_limit:
            raise Refused(-32000, "exceeds block gas limit")
        self.pool.append(transaction)
        if self.automine:
            self.mine()
            if not self.place(data(transaction.hash)):
                self.pool = [each for each in self.pool if each is not transaction]
                raise Refused(-32000, "the transaction is invalid")
        return data(transaction.hash)

    def pooled(self, hash):
        return next((each for each in self.pool if data(each.hash) == hash), None)

    # Reading

    def place(self, hash, canonical=None):
        """Where a transaction is on a chain, ours unless one is given: (block, index) or nothing."""
        canonical = self.canonical if canonical is None else canonical
        for block, index in self.places.get(hash, []):
            if block.number < len(canonical) and canonical[block.number] == block.hash:
                return block, index
        return None

    def state(self, block):
        """To read from alone."""
        if self.read[0] is not block:
            self.read = block, self.rules.get_vm(block.header).state
        return self.read[1]

    def call(self, request, block):
        """What eth_call answers."""
        nonce = self.state(block).get_nonce(transactions.sender(request))
        # Free of charge, as nodes do it, so that anybody may be the sender.
        asked = {key: value for key, value in request.items() if key in ("from", "to", "value", "data", "input", "gas")}
        plain = transactions.unsigned(
            {"gas": 30_000_000, "gasPrice": 0} | asked, VM.get_transaction_builder(), self.chain_id, nonce, 0)
        with self.rules.get_vm(block.header).in_costless_state() as state:
            computation = state.apply_transaction(SpoofTransaction(plain, from_=transactions.sender(request)))
        if computation.is_error:
            if isinstance(computation.error, Revert):
                raise Refused(3, "execution reverted", data(computation.output))
            raise Refused(-32000, str(computation.error))
        return computation.output
