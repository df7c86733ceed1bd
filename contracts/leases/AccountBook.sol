// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IComputeDollar} from "../interfaces/IComputeDollar.sol";
import {ILeaseLedger} from "../interfaces/ILeaseLedger.sol";
import {IRenterTiers} from "../interfaces/IRenterStaking.sol";
import {Fundings} from "./libraries/Fundings.sol";

/// @title What accounts have: balance, earnings and tier
/// @notice Every change of a balance is logged with its reason, but refunds, of which the stop of the lease says the amount.
/// @dev Who may call is decided by the ledger; only tiers come from elsewhere, from the one contract that it has named for them.
abstract contract AccountBook is ILeaseLedger, IRenterTiers {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev The tier lies beside the balance that pays, so that a match reads both at once.
    struct Purse {
        uint120 balance; // slot 0 (32 bytes); all cfUSD there can ever be is far below 2^120
        uint8 tier;
        uint128 earned;
    }

    IERC20 internal immutable DOLLAR;

    address internal _renterStaking;
    mapping(address account => Purse) internal _accounts;

    constructor(IComputeDollar dollar) {
        DOLLAR = IERC20(address(dollar));
    }

    /* VIEWS */

    /// @inheritdoc ILeaseLedger
    function accountOf(address account) external view returns (Account memory) {
        Purse storage purse = _accounts[account];
        return Account({balance: purse.balance, earned: purse.earned});
    }

    /// @inheritdoc ILeaseLedger
    function earnedOf(address account) external view returns (uint256) {
        return _accounts[account].earned;
    }

    /// @inheritdoc ILeaseLedger
    function tierOf(address renter) external view returns (uint8) {
        return _accounts[renter].tier;
    }

    /// @inheritdoc ILeaseLedger
    function renterStaking() external view returns (address) {
        return _renterStaking;
    }

    /* RENTER STAKING */

    /// @inheritdoc IRenterTiers
    function setTier(address renter, uint8 tier) external {
        require(msg.sender == _renterStaking, LedgerCallerNotRenterStaking(msg.sender));
        _accounts[renter].tier = tier;
    }

    /* INTERNAL */

    function _credit(address account, uint256 cardId, Credit reason, uint256 amount) internal {
        Purse storage to = _accounts[account];
        to.balance += uint120(amount);
        if (reason == Credit.Node || reason == Credit.Owner) to.earned += uint128(amount);
        emit AccountCredited(account, cardId, reason, amount);
    }

    function _withdraw(address account, uint256 amount, address to) internal {
        require(amount != 0, LedgerAmountZero());
        require(to != address(0), LedgerAccountZero());
        uint256 balance = _accounts[account].balance;
        require(amount <= balance, LedgerBalanceTooLow(account, balance, amount));
        _accounts[account].balance = uint120(balance - amount);
        emit BalanceWithdrawn(account, to, amount);
        DOLLAR.safeTransfer(to, amount);
    }

    /// @dev Takes `amount` from the payer's balance, with what was authorised and minted; the caller logs it.
    /// @return fromWallet cfUSD-wei still to come from the payer's wallet
    function _charge(
        address payer,
        uint256 amount,
        uint256 minted,
        bytes calldata funding
    ) internal returns (uint256 fromWallet) {
        uint256 authorised = _draw(payer, funding);
        if (authorised != 0) _credit(payer, 0, Credit.Deposit, authorised);
        Purse storage account = _accounts[payer];
        uint256 available = account.balance + minted;
        if (available < amount) fromWallet = amount - available;
        account.balance = (available + fromWallet - amount).toUint120();
    }

    /// @dev Uses a permit or an ERC-3009 authorisation; one that fails is ignored, since somebody may have used it before.
    /// @return authorised cfUSD-wei that came in
    function _draw(address payer, bytes calldata funding) internal returns (uint256 authorised) {
        if (funding.length != 0) authorised = Fundings.draw(IComputeDollar(address(DOLLAR)), payer, funding);
    }
}
