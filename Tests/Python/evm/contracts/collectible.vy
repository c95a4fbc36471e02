# pragma version ~=0.4.0
# A token of single things (ERC-721): its Transfer has four topics and no data, the last being which thing.

event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    token: indexed(uint256)

ownerOf: public(HashMap[uint256, address])


@external
def mint(to: address, id: uint256):
    assert self.ownerOf[id] == empty(address)
    self.ownerOf[id] = to
    log Transfer(sender=empty(address), receiver=to, token=id)


@external
def transferFrom(sender: address, to: address, id: uint256):
    assert self.ownerOf[id] == sender and msg.sender == sender
    self.ownerOf[id] = to
    log Transfer(sender=sender, receiver=to, token=id)
