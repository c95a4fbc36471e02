"""The accounts that the node signs for, and transactions from and to JSON."""

from eth_keys import keys
from wire import Refused, data, parse_data, parse_quantity, quantity, word

# Ten accounts with the private keys 1 to 10, a million ether each.
KEYS = {key.public_key.to_canonical_address(): key for key in (
    keys.PrivateKey(number.to_bytes(32, "big")) for number in range(1, 11))}
ACCOUNTS = list(KEYS)
GWEI = 10**9


def decode(raw, builder):
    try:
        return builder.decode(raw)
    except Exception as error:
        raise Refused(-32000, f"the transaction can't be decoded: {error}") from None


def unsigned(request, builder, chain_id, nonce, base_fee):
    """A transaction of the type that its fields ask for, of type 2 (dynamic fee) when they say nothing."""
    to = request.get("to")
    fields = {
        "nonce": parse_quantity(request.get("nonce"), nonce), "gas": parse_quantity(request.get("gas"), 3_000_000),
        "to": parse_data(to, 20) if to else b"", "value": parse_quantity(request.get("value"), 0),
        "data": parse_data(request.get("input", request.get("data")), default=b"")}
    price = request.get("gasPrice")
    kind = parse_quantity(request.get("type"), 2 if price is None else 1 if "accessList" in request else 0)
    tip = parse_quantity(request.get("maxPriorityFeePerGas"), GWEI)
    price = parse_quantity(price, 10 * base_fee + tip)
    if kind == 0:
        return builder.create_unsigned_transaction(gas_price=price, **fields)
    fields |= {"chain_id": chain_id, "access_list": [
        (parse_data(entry["address"], 20), [parse_quantity(key) for key in entry["storageKeys"]])
        for entry in request.get("accessList", [])]}
    if kind == 1:
        return builder.new_unsigned_access_list_transaction(gas_price=price, **fields)
    fields |= {
        "max_priority_fee_per_gas": tip, "max_fee_per_gas": parse_quantity(request.get("maxFeePerGas"), price)}
    if kind == 2:
        return builder.new_unsigned_dynamic_fee_transaction(**fields)
    if kind == 3:
        return builder.new_unsigned_blob_transaction(
            **fields, max_fee_per_blob_gas=parse_quantity(request.get("maxFeePerBlobGas"), GWEI),
            blob_versioned_hashes=[parse_data(hash, 32) for hash in request["blobVersionedHashes"]])
    if kind == 4:
        # Their signatures are those that the request has; one of nobody's gives no code to anybody.
        return builder.new_unsigned_set_code_transaction(**fields, authorization_list=[
            {"chain_id": parse_quantity(each["chainId"]), "address": parse_data(each["address"], 20),
             "nonce": parse_quantity(each["nonce"]), "y_parity": parse_quantity(each["yParity"]),
             "r": parse_quantity(each["r"]), "s": parse_quantity(each["s"])}
            for each in request["authorizationList"]])
    raise Refused(-32602, f"the node makes no transactions of type {kind}")


def signed(request, builder, chain_id, nonce, base_fee):
    key = KEYS.get(sender(request))
    if key is None:
        raise Refused(-32000, f"unknown account {request['from']}")
    return unsigned(request, builder, chain_id, nonce, base_fee).as_signed_transaction(key, chain_id=chain_id)


def sender(request):
    return parse_data(request.get("from"), 20, default=ACCOUNTS[0])


def kind(transaction):
    return getattr(transaction, "type_id", None) or 0


def price(transaction, base_fee):
    """What a unit of gas cost."""
    return base_fee + min(transaction.max_priority_fee_per_gas, transaction.max_fee_per_gas - base_fee)


def describe(transaction, chain_id, base_fee=None):
    """The transaction's own part of eth_getTransactionByHash; without a base fee, of one that isn't mined."""
    number = kind(transaction)
    shown = price(transaction, base_fee) if base_fee is not None else transaction.max_fee_per_gas
    answer = {
        "type": quantity(number), "hash": data(transaction.hash), "from": data(transaction.sender),
        "to": data(transaction.to) if transaction.to else None, "nonce": quantity(transaction.nonce),
        "gas": quantity(transaction.gas), "gasPrice": quantity(shown), "value": quantity(transaction.value),
        "input": data(transaction.data), "chainId": quantity(chain_id), "r": quantity(transaction.r),
        "s": quantity(transaction.s), "v": quantity(transaction.y_parity if number else transaction.v)}
    if number:
        answer |= {"yParity": quantity(transaction.y_parity), "accessList": [
            {"address": data(address), "storageKeys": [word(key) for key in keys]}
            for address, keys in transaction.access_list]}
    if number >= 2:
        answer |= {
            "maxFeePerGas": quantity(transaction.max_fee_per_gas),
            "maxPriorityFeePerGas": quantity(transaction.max_priority_fee_per_gas)}
    if number == 3:
        answer |= {
            "maxFeePerBlobGas": quantity(transaction.max_fee_per_blob_gas),
            "blobVersionedHashes": [data(hash) for hash in transaction.blob_versioned_hashes]}
    if number == 4:
        answer["authorizationList"] = [
            {"chainId": quantity(each.chain_id), "address": data(each.address), "nonce": quantity(each.nonce),
             "yParity": quantity(each.y_parity), "r": quantity(each.r), "s": quantity(each.s)}
            for each in transaction.authorization_list]
    return answer
