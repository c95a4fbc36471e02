# pragma version ~=0.4.0
# A token whose transfer moves nothing and says so only by what it returns: the transaction succeeds.

balanceOf: public(HashMap[address, uint256])
decimals: public(uint8)


@deploy
def __init__(supply: uint256):
    self.decimals = 18
    self.balanceOf[msg.sender] = supply


@external
def transfer(to: address, v: uint256) -> bool:
    return False
