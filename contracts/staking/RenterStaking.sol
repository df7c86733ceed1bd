// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {IRenterStaking, IRenterTiers} from "../interfaces/IRenterStaking.sol";
import {ThawingStake} from "./ThawingStake.sol";

/// @title Renters' stakes and tiers
/// @notice Keeps active + pending + thawing of all renters equal to the CARD that was staked and has not left (I16).
/// Nothing leaves before 14 days (I17). Nobody has a right over it but the renters.
/// @dev Assumes that `slowPrice` of the oracle never reverts, so that a stake can always be asked back; and that the ledger
/// names this contract for its tiers before the first is earned and for good, so that it takes in every change.
contract RenterStaking is ThawingStake, IRenterStaking {
    uint256 private constant ONE = 1e18;
    uint40 private constant WAIT = 24 hours;
    uint8 private constant HIGHEST_TIER = 3;
    /// @dev Dollars (1e18); each tier needs ten times the one below.
    uint256 private constant FIRST_TIER = 1_000e18;
    uint256 private constant KEEP_PERCENT = 80;

    IRenterTiers private immutable LEDGER;

    mapping(address renter => RenterStake) private _stakes;

    constructor(IERC20 token, IPriceOracle oracle, IRenterTiers ledger_) ThawingStake(token, oracle) {
        LEDGER = ledger_;
    }

    /* VIEWS */

    /// @inheritdoc IRenterStaking
    function stakeOf(address renter) external view returns (RenterStake memory) {
        return _matured(renter);
    }

    /// @inheritdoc IRenterStaking
    function tierOf(address renter) external view returns (uint8) {
        return _stakes[renter].tier;
    }

    /// @inheritdoc IRenterStaking
    function ledger() external view returns (address) {
        return address(LEDGER);
    }

    /// @inheritdoc IRenterStaking
    function tierThreshold(uint8 tier) external pure returns (uint256) {
        return _threshold(tier);
    }

    /* RENTER */

    /// @inheritdoc IRenterStaking
    function stake(uint256 amount) external {
        _stake(amount);
        _pull(amount);
    }

    /// @inheritdoc IRenterStaking
    function stakeWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        _stake(amount);
        _permit(amount, deadline, v, r, s);
        _pull(amount);
    }

    /// @inheritdoc IRenterStaking
    function requestUnstake(uint256 amount) external {
        RenterStake memory stake_ = _matured(msg.sender);
        uint96 requested = _requested(uint256(stake_.active) + stake_.pending, amount);
        uint96 fromPending = SafeCast.toUint96(Math.min(requested, stake_.pending));
        uint96 fromActive = requested - fromPending;
        stake_.pending -= fromPending;
        if (stake_.pending == 0) stake_.countsAt = 0;
        stake_.active -= fromActive;
        stake_.thawing += requested;
        stake_.thawedAt = _thawEnd();
        _stakes[msg.sender] = stake_;

        emit RenterThawRequested(msg.sender, amount, stake_.thawedAt);
        if (fromActive == 0 || stake_.tier == 0) return;
        uint8 earned = _tierAt(stake_.active, ORACLE.slowPrice());
        if (earned < stake_.tier) _changeTier(msg.sender, earned);
    }

    /// @inheritdoc IRenterStaking
    function withdraw(address to) external returns (uint256 amount) {
        RenterStake storage stake_ = _stakes[msg.sender];
        amount = stake_.thawing;
        _requireThawed(to, stake_.thawing, stake_.thawedAt);
        (stake_.thawing, stake_.thawedAt) = (0, 0);

        emit RenterStakeWithdrawn(msg.sender, to, amount);
        _pay(to, amount);
    }

    /* ANYONE */

    /// @inheritdoc IRenterStaking
    function refresh(address renter) external returns (uint8 tier) {
        uint256 price = ORACLE.poke().slow;
        RenterStake memory stake_ = _matured(renter);
        _stakes[renter] = stake_;

        tier = stake_.tier;
        uint8 earned = _tierAt(stake_.active, price);
        bool rises = msg.sender == renter && earned > tier;
        bool falls = 100 * _value(stake_.active, price) < KEEP_PERCENT * _threshold(tier);
        if (!rises && !falls) return tier;
        _changeTier(renter, earned);
        return earned;
    }

    /* INTERNAL */

    function _stake(uint256 amount) private {
        RenterStake memory stake_ = _matured(msg.sender);
        stake_.pending += _added(amount);
        stake_.countsAt = uint40(block.timestamp) + WAIT;
        _stakes[msg.sender] = stake_;

        emit RenterStaked(msg.sender, amount, stake_.countsAt);
    }

    function _changeTier(address renter, uint8 tier) private {
        _stakes[renter].tier = tier;

        emit RenterTierChanged(renter, tier);
        LEDGER.setTier(renter, tier);
    }

    /// @dev The stake as of now: what has waited 24 hours counts.
    function _matured(address renter) private view returns (RenterStake memory stake_) {
        stake_ = _stakes[renter];
        if (stake_.pending == 0 || block.timestamp < stake_.countsAt) return stake_;
        stake_.active += stake_.pending;
        (stake_.pending, stake_.countsAt) = (0, 0);
    }

    function _tierAt(uint256 active, uint256 price) private pure returns (uint8 tier) {
        uint256 value = _value(active, price);
        tier = HIGHEST_TIER;
        while (value < _threshold(tier)) --tier;
    }

    function _value(uint256 active, uint256 price) private pure returns (uint256) {
        return (active * price) / ONE;
    }

    function _threshold(uint8 tier) private pure returns (uint256) {
        if (tier > HIGHEST_TIER) return type(uint256).max;
        return tier == 0 ? 0 : FIRST_TIER * 10 ** (tier - 1);
    }
}
