# pragma version ~=0.4.0
# A token as some old ones are: its Transfer has one topic and all three fields in the data.

event Transfer:
    sender: address
    receiver: address
    value: uint256

balanceOf: public(HashMap[address, uint256])
decimals: public(uint8)


@deploy
def __init__(supply: uint256):
    self.decimals = 18
    self.balanceOf[msg.sender] = supply


@external
def transfer(to: address, v: uint256) -> bool:
    self.balanceOf[msg.sender] -= v
    self.balanceOf[to] += v
    log Transfer(sender=msg.sender, receiver=to, value=v)
    return True
