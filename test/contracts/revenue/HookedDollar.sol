// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRevenueShare} from "../../../contracts/interfaces/IRevenueShare.sol";

/// @title A dollar as it must never be: it calls whoever receives it
/// @dev Put in the place of cfUSD's code, whose balances lie in the same slots.
contract HookedDollar is ERC20 {
    constructor() ERC20("", "") {}

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (to.code.length > 0) Reentrant(to).onReceived();
    }
}

/// @title A holder that comes back in while it is paid
contract Reentrant {
    IRevenueShare private immutable SHARE;
    bytes private _attempt;

    bytes public answer;
    bool public entered;

    constructor(IRevenueShare share) {
        SHARE = share;
    }

    function attack(bytes calldata attempt) external returns (uint256) {
        _attempt = attempt;
        return SHARE.claim();
    }

    function onReceived() external {
        (entered, answer) = address(SHARE).call(_attempt);
    }

    function give(IERC20 token, address to, uint256 amount) external {
        token.transfer(to, amount);
    }
}
