// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IEarnings, IFeeSource} from "../../../contracts/interfaces/IDollarMinter.sol";

/// @notice The two hooks of a ledger, with earnings and fees set by the test.
contract DollarLedger is IEarnings, IFeeSource {
    error SpentAboveEarned(address account, uint256 amount, uint256 earned);
    error OnlyMinter(address caller);

    IERC20 private immutable _DOLLAR;
    address private immutable _MINTER;
    // Beside another figure in one slot, as a ledger keeps it beside the balance.
    struct Account {
        uint128 balance;
        uint128 earned;
    }
    mapping(address account => Account) private _accounts;
    uint256 private _fees;

    constructor(IERC20 dollar, address minter) {
        _DOLLAR = dollar;
        _MINTER = minter;
    }

    function earn(address account, uint128 amount) external {
        _accounts[account].earned += amount;
    }

    /// @notice Takes `amount` of the caller's cfUSD as gathered fees.
    function gatherFees(uint256 amount) external {
        _fees += amount;
        _DOLLAR.transferFrom(msg.sender, address(this), amount);
    }

    function earnedOf(address account) external view returns (uint256) {
        return _accounts[account].earned;
    }

    function spendEarned(address account, uint256 amount) external {
        require(msg.sender == _MINTER, OnlyMinter(msg.sender));
        uint256 earned = _accounts[account].earned;
        require(amount <= earned, SpentAboveEarned(account, amount, earned));
        _accounts[account].earned = uint128(earned - amount);
    }

    function takeFees() external returns (uint256 fees) {
        require(msg.sender == _MINTER, OnlyMinter(msg.sender));
        fees = _fees;
        _fees = 0;
        _DOLLAR.transfer(msg.sender, fees);
    }
}
