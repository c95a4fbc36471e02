# pragma version ~=0.4.0
# Pays by SELFDESTRUCT: the receiver gets all there is, without a call and without its code being run.


@deploy
@payable
def __init__(to: address):
    # Into the constructor's own transaction when an address is given.
    if to != empty(address):
        selfdestruct(to)


@external
@payable
def destroy(to: address):
    selfdestruct(to)


@external
@payable
def __default__():
    pass
